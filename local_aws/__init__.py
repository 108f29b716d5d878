"""The embedded AWS: moto with real Spark, real training and the real SAM transform, on one machine."""
