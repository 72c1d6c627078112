"""Revisions of the database's schema, run by Alembic: `versions/rNNNN_name.py`, one after the other.

Takes tables as an earlier release left them; gives them as this one has them.
"""
