"""How good are the answers. Knows the bot from outside; the bot knows nothing of it."""
