"""Generators of what is committed: the image table and the picture of the workflow."""
