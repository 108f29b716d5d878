"""AWS Lambda's execution environments on one machine, with the real runtime client and without containers."""
