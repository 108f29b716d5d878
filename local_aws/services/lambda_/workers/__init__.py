"""The processes of execution environments: forked from one that has loaded what Lambda provides, or fresh."""
