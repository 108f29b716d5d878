"""What the report says of classes: which are confused, and how good their probabilities are."""
