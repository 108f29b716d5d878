"""Parquet: what the footer of a file says of its columns."""
