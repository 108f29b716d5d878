"""From a template's text to the resources that it wants."""
