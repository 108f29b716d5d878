"""The data that a person names: where they lie, what they hold, and how they are sent."""
