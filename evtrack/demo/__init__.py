"""What do the two services answer, without the two services? A stand-in with a synthetic corpus, over real sockets."""
