"""The report's plots: each module draws one kind and says in words what it shows."""
