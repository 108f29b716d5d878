"""What production is in SageMaker: its endpoint, and the registry of its versions."""
