"""A run that was saved to a folder, read as the bucket that it came from."""
