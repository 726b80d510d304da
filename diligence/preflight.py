"""Numbered system checks for those who run Proofroom themselves."""
