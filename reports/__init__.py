"""Reads everything, is imported by nobody, owns no table."""
