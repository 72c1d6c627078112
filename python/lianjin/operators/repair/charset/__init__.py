"""Charsets of Chinese as tables: what a pair of bytes is, and which pair a character was."""
