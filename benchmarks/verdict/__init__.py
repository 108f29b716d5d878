"""How often verdicts are wrong, how often intervals cover, and what it takes (`python -m benchmarks.verdict`)."""
