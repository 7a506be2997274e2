from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import IndexBroken
from ingest.index.manifest import SCHEMA, Manifest, _digest, damaged_files, file_digests, read_manifest, write_manifest

MANIFEST = Manifest("000001", "2026-03-09T12:00:00+00:00", 4, 5, 20, "hash-terms-64", 64, "1", "abc", "def")


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST


@pytest.mark.parametrize("content", [None, "", "{", "[]", f'{{"schema": {SCHEMA}}}', "\xff"])
def test_a_missing_or_damaged_manifest_is_broken(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="latin-1")
    with pytest.raises(IndexBroken, match="run: footnote rollback, or footnote ingest"):
        read_manifest(tmp_path)


def test_a_generation_of_another_format_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace(f'"schema": {SCHEMA}', '"schema": 999'))
    with pytest.raises(IndexBroken, match=r"has format 999, this program reads \d; run: footnote ingest"):
        read_manifest(tmp_path)


def test_a_manifest_that_was_changed_by_hand_is_broken(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"chunks": 5', '"chunks": 6'))
    with pytest.raises(IndexBroken, match=r"manifest.json was changed; run: footnote rollback"):
        read_manifest(tmp_path)


def test_a_file_that_is_missing_or_not_what_was_published_is_named(tmp_path: Path) -> None:
    for name in ("kept", "torn", "gone", "changing"):
        (tmp_path / name).write_text(name)
    manifest = replace(MANIFEST, files=file_digests(tmp_path, changes=lambda name: name == "changing"))
    (tmp_path / "torn").write_text("tor")
    (tmp_path / "gone").unlink()
    (tmp_path / "changing").write_text("changed")
    assert damaged_files(tmp_path, manifest) == ("gone", "torn")


def test_a_file_that_was_digested_is_not_digested_again_under_another_name(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "shared").write_text("shared")
    digests = file_digests(tmp_path / "one", changes=lambda name: False)
    digested = _digest.cache_info().misses
    (tmp_path / "other" / "shared").hardlink_to(tmp_path / "one" / "shared")
    assert file_digests(tmp_path / "other", changes=lambda name: False) == digests
    assert _digest.cache_info().misses == digested
