"""How `cut_boilerplate` judges one line: rules that are data, and what a line is by them."""
