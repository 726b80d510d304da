"""One reader per family of languages: text in, a `SourceFile` out. Nothing is executed."""
