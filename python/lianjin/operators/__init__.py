"""Operators: measure in code, decide in the recipe.

Takes texts and columns of texts; gives edits, scores and clusters.
Every operator is registered with its version, which the manifest records.
"""
