"""The rules of a comparison, in plain Python: no AWS, no input or output of its own."""
