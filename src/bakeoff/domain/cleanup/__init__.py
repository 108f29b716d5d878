"""Giving back what runs hold and what is no longer kept."""
