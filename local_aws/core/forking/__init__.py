"""Processes forked from one that has imported already what they would import."""
