"""One candidate: its endpoint scored, its predictions, its result or its failure."""
