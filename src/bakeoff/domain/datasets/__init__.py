"""What Spark prepared, checked, and the rows that judge."""
