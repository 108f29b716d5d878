"""What runs cost, as a person reads it."""
