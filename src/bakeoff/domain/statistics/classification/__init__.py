"""Metrics of classes, each as a mean of what single rows contribute to it."""
