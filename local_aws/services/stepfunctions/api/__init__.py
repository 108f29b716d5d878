"""What the Step Functions API checks, starts and answers."""
