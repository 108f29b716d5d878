"""The plan of a run, before anything costs money."""
