"""From raw data to high-quality datasets."""
