"""What a run costs: the most that it can, before it begins, and what it did, after it."""
