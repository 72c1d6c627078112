"""The standards: indices, weights, lines and gates as data, one YAML file each."""
