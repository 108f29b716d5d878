"""Production, in words and as a table."""
