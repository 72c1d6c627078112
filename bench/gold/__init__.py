"""Golds made by hand, and what reads them."""
