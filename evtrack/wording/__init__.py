"""Which words does a person read? One catalogue, Japanese and English."""
