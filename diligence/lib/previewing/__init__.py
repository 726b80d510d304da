"""Previews of foreign files, made in a confined child: texts, tables and pictures, none alive."""
