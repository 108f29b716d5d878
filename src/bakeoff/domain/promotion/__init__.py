"""What a run decides about production."""
