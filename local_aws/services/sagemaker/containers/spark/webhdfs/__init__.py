"""S3 as Hadoop's client sees it: a WebHDFS server in front of a bucket."""
