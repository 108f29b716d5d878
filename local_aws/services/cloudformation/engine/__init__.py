"""Stacks, and what brings their resources to what a template wants."""
