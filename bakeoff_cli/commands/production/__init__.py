"""What looks at production, and what changes it."""
