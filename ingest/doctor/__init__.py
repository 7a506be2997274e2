"""The doctor: is everything that is set up as it should be? Looks, and changes nothing. Knows nothing of questions."""
