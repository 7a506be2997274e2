"""Articles on disk become a published index. Knows files, chunks and vectors; knows nothing of questions or Slack."""
