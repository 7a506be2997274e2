"""A run as people and machines read it: on a terminal, as HTML, as Markdown, as JUnit XML. Decides nothing."""
