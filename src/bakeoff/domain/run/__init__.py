"""A run: its names, its documents, its files."""
