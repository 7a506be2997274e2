"""The demonstration: a Slack on this machine with a page to use it by hand. Nothing of the product leans on it."""
