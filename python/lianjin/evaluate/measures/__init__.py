"""The measures: one file for what each group of indices counts.

Takes batches of records or a whole subject; gives counts. Records nothing.
"""
