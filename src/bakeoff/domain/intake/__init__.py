"""What people upload: which objects are data, how each is read, and what its columns are."""
