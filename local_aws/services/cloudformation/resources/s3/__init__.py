"""AWS::S3 resources."""
