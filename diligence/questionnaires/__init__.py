"""Questionnaire templates as versioned YAML: schema, loader, conditions, answers, claims. Pure."""
