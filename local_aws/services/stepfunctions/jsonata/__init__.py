"""JSONata expressions, evaluated as Step Functions does."""
