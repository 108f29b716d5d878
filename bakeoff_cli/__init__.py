"""The `bakeoff` command: the same against AWS and against the embedded AWS."""
