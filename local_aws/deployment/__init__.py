"""From a SAM application's source to a stack: build, package, deploy."""
