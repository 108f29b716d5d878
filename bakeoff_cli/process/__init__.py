"""The process itself: the signals that end it, and the embedded AWS that lives as long."""
