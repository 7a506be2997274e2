"""A message becomes a question: its words, names, time, and what it asks for. Knows nothing of articles."""
