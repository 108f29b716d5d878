"""AWS::Lambda resources."""
