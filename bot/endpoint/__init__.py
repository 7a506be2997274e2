"""A chat endpoint: requests go out, text and its end come back. Knows HTTP and servers; knows nothing of articles."""
