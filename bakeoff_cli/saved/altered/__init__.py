"""Which files of a saved run were changed after it."""
