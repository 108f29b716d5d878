"""Spark on one machine: a Java for it, S3 as its file system, and the container that runs a job."""
