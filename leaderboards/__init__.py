"""Leaderboards: entries, references, tables and figures."""
