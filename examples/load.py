"""Loads a bought set as its buyer does, and prints how many rows came.

HF_ENDPOINT=https://…/hub HF_TOKEN=lj_… python load.py lanshi/qa 1.1.0
"""

from __future__ import annotations

import sys

from datasets import load_dataset

print(load_dataset(sys.argv[1], revision=sys.argv[2], split="train").num_rows)
