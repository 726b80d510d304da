"""Rows of the deal: people, startups, deals, questionnaires, evidence, activity."""
