"""How is a record, and then a claim, graded? Pure functions: no files, clock, network or database."""
