"""Texts become vectors, on this machine or at an endpoint. Knows nothing of what the texts are."""
