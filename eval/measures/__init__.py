"""What is measured of answers: pure functions over numbers, texts and judgements. Knows no files and no index."""
