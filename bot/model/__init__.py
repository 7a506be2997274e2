"""A language model that writes answers. Knows an endpoint, a prompt and replies; decides nothing about truth."""
