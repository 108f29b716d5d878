"""A deployed stack: its clients, its bucket, its runs, and what an execution's history tells."""
