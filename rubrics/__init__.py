"""Scores: the rubric, scorecards, the roll-up, dashboards and reports."""
