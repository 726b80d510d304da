"""Moved to diligence/access.py."""

from diligence.access import *  # noqa: F403
