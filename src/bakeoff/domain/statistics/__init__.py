"""Metrics and inference on arrays: knows no run, imports nothing of Bakeoff."""
