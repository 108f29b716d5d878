"""The processes of execution environments: forked from one that has loaded Lambda's runtime, or fresh."""
