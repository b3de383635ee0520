"""How is an answer shown? One file a format."""
