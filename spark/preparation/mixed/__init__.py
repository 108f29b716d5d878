"""Tables of anything: categories, gaps, dates. What is fit to the data is fit to training rows alone."""
