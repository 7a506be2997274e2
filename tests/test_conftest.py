import numpy as np

from ingest.index.open_index import Index
from tests.conftest import ARTICLES, HashEmbedder


def test_hashed_vectors_are_unit_and_texts_that_share_terms_are_near(embedder: HashEmbedder) -> None:
    one, same, near, far = embedder.embed(
        ["The Marlow Bridge is 640 metres long", "The Marlow Bridge is 640 metres long", "the long bridge", "an eel"]
    )
    assert abs(np.linalg.norm(far) - 1) < 1e-6
    assert one @ same > 0.999999
    assert one @ near > one @ far + 0.3


def test_the_shared_index_holds_every_article(index: Index) -> None:
    assert [article.id for article in index.articles] == sorted(ARTICLES)
