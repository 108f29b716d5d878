"""What is known of the algorithms and their images, as data."""
