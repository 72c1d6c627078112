"""The server: people and programs over HTTP.

Takes requests whose caller is known and may do what is asked; gives JSON, files and event streams.
Records each move, and each refusal that a known caller ran into, as an event.
"""
