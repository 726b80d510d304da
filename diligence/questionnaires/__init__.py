"""Questionnaire templates as versioned YAML: schema, loader, conditions. Pure."""
