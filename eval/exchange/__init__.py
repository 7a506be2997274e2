"""Cases in the formats of others, and back: BEIR, ragas, llama_index and sheets. Knows their files; asks nothing."""
