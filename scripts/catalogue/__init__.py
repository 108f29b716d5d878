"""What of the catalogue is generated with an account."""
