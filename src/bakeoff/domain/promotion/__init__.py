"""How a run's evidence changes what production serves."""
