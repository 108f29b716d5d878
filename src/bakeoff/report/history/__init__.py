"""The page of all runs: how far off each candidate was, run after run."""
