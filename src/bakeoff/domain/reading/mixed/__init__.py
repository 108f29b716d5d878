"""Tables of more than numbers: what their columns hold, and how their rows are read."""
