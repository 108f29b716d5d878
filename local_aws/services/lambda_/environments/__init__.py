"""Execution environments: a function's code in a process with AWS's own runtime client."""
