"""How a tuning job chooses the values of its next training job: ranges and strategies, without any AWS."""
