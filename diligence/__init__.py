"""The deal: who is in it, what was asked, what was handed in. Knows neither audits nor scores."""
