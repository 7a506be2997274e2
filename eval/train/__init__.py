"""How the weights of the ranker (bot/quote/weights.json) are learnt from questions over public documents.

`python -m eval.train FOLDER…`; eval/RANKER.md says what they were learnt from, and how well they do elsewhere.
"""
