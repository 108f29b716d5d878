"""The functions of the workflow that changes production, and of what starts and removes it."""
