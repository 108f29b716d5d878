"""From an invocation to its outcome: queues, retries, destinations, logs."""
