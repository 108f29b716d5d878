"""The Spark job beside the sample's way of doing it, and beside polars."""
