"""One generation of the index: its parts, its folder, and whether it is whole. Knows nothing of questions."""
