"""What other services ask of EC2."""
