"""Reads files of models without ever loading one."""
