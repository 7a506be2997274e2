"""The embedded answerer: sentences are weighed, chosen and quoted, or the answer is a refusal. Knows no model."""
