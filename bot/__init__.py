"""A question becomes a cited answer. Knows a published index; knows nothing of how it was built."""
