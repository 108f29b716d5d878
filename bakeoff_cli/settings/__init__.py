"""What a person may set: the stack's parameters and the list of algorithms, checked at once."""
