"""Verdicts on classes: how often they are wrong, how often intervals cover, and what judging costs."""
