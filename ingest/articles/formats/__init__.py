"""One module per kind of file: its bytes become text with marks. Knows formats; knows no paths, articles or indexes."""
