"""Two texts compared: their words, numbers, names and order. Pure; knows nothing of questions or answers."""
