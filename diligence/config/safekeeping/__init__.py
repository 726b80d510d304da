"""The whole system in one archive, and back: what `manage.py backup` and `restore` do."""
