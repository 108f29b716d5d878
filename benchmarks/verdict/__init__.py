"""How often verdicts are wrong, how often intervals cover (`python -m benchmarks.verdict`)."""
