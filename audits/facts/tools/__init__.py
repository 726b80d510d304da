"""Which tools, verbs and formats count as what: tables, one file per subject."""
