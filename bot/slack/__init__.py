"""Footnote in Slack: events become questions, answers become messages. Knows nothing of indexes or models."""
