"""The Spark job by its subjects. Only the driver imports it: rows never enter Python."""
