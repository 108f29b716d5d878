"""What a person sees: lines, tables, a run as it goes on, and what to do next."""
