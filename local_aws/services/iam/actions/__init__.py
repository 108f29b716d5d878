"""What an API call needs to be allowed."""
