"""A chat endpoint: requests go out, text comes back, and what it costs is counted. Knows nothing of articles."""
