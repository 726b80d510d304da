"""The only parsers of HTML input."""
