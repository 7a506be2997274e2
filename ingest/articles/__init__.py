"""Files become articles: read in a process of their own, decoded, declared or inferred. Knows nothing of chunks."""
