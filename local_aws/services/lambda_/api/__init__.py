"""Lambda's API, of which moto 5.2.5 keeps the records."""
