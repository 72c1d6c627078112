"""Evaluate: what a dataset measures against a standard, and the certificate over it.

Takes a dataset directory, a standard and a requirement; gives an Evaluation, its pages, and a
signed Certificate that anyone can check offline. Records root, digests and every number's count.
"""
