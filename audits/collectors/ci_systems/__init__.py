"""One reader per CI system: from a configuration file to a draft of its workflow."""
