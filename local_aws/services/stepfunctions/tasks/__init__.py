"""Tasks that call other services: optimised integrations and the AWS SDK."""
