"""Verdicts under evaluation with folds: how often they are wrong, and what judging costs."""
