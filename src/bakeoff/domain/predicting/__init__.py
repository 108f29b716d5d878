"""New rows, as people have them, prepared as a run's were, and answered by one of its models."""
