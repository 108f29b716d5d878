"""One module a Lambda function: parse the event, call the domain once, return."""
