"""The two runs of `bakeoff demo`, on the embedded AWS."""
