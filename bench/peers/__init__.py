"""What others would do with the same input, to be measured beside us (bench/requirements.txt)."""
