"""The only code that knows boto3; what AWS raises becomes one of ours here, once."""
