"""What a person sees of a run: its verdict and numbers, what was read, what it waits for, what to do next."""
