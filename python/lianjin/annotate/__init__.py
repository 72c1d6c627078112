"""People's answers. Takes a version's records; gives leased tasks and reviewed answers; records each state in events."""
