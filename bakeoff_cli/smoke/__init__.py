"""`bakeoff smoke`: a rehearsal of the whole application in an account, which says what it saw of AWS."""
