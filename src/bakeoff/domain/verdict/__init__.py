"""The candidates compared: the comparison, and what it allows to say."""
