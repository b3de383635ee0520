"""Where do records come from? One file a source; none knows another."""
