"""A home in one file."""

import datetime
import gzip
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from ingest.backup import export_home, import_home
from ingest.errors import BackupFailed, IndexBroken, IndexNotFound
from ingest.index.generation import current, folder_of, generations
from ingest.index.open_index import open_current
from ingest.index.verify import find_fault, verify_published
from ingest.ledger import Ledger, past_runs
from tests.index_fixtures import WordEmbedder, run_ingest, write_articles

NOW = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_articles(tmp_path / "corpus", 4)
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Path:
    export_home(home, tmp_path / "saved.tar")
    return tmp_path / "saved.tar"


def ids(home: Path) -> str:
    with closing(open_current(home, WordEmbedder.fingerprint)) as index:
        return index.manifest.ids


def test_an_import_serves_what_was_exported(home: Path, saved: Path, tmp_path: Path) -> None:
    import_home(tmp_path / "other", saved, now=NOW, find_fault=find_fault)
    assert ids(tmp_path / "other") == ids(home)


def test_after_an_import_the_same_corpus_is_no_work(saved: Path, tmp_path: Path) -> None:
    import_home(tmp_path / "other", saved, now=NOW, find_fault=find_fault)
    report = run_ingest(tmp_path / "corpus", tmp_path / "other")
    assert (report.embedded, report.published, len(report.plan.keep)) == (0, False, 4)


def test_an_import_over_another_home_is_its_next_generation_and_can_be_rolled_back(
    home: Path, saved: Path, tmp_path: Path
) -> None:
    write_articles(tmp_path / "corpus", 4, edition="second")
    run_ingest(tmp_path / "corpus", home)
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        hashes = ledger.hashes()
    manifest = import_home(home, saved, now=NOW, find_fault=find_fault)
    assert (manifest.generation, current(home)) == ("000003", "000003")
    assert generations(home) == ("000001", "000002", "000003")
    assert [run.generation for run in past_runs(home)] == ["000003", "000001"]
    before, now = Ledger(home / "ledger-before-import.sqlite"), Ledger(home / "ledger.sqlite")
    with closing(before), closing(now):
        assert before.hashes() == hashes != now.hashes()


def test_an_export_leaves_nothing_else_behind(home: Path, saved: Path) -> None:
    assert not (home / "backup.tmp").exists()
    assert sorted(path.name for path in saved.parent.glob("saved*")) == ["saved.tar"]


def damage(saved: Path, name: str) -> None:
    """Flips one bit in the middle of a file inside the tar."""
    with tarfile.open(saved) as tar:
        member = next(member for member in tar if member.name.endswith(name))
        at = member.offset_data + member.size // 2
    data = bytearray(saved.read_bytes())
    data[at] ^= 1
    saved.write_bytes(data)


@pytest.mark.parametrize("name", ["/store.sqlite", "manifest.json", ".term", "chroma.sqlite3", "ledger.sqlite"])
def test_one_flipped_bit_is_refused_and_nothing_changes(saved: Path, tmp_path: Path, name: str) -> None:
    damage(saved, name)
    with pytest.raises(BackupFailed, match=r"is damaged: .*; nothing was changed"):
        import_home(tmp_path / "other", saved, now=NOW, find_fault=find_fault)
    assert current(tmp_path / "other") is None
    assert not (tmp_path / "other" / "ledger.sqlite").exists()


def test_a_file_cut_short_is_refused(saved: Path, tmp_path: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:100_000])
    with pytest.raises(BackupFailed):
        import_home(tmp_path / "other", saved, now=NOW, find_fault=find_fault)
    assert current(tmp_path / "other") is None


def test_a_tar_with_other_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(tmp_path / "evil", "generation/../../evil2")
    with pytest.raises(BackupFailed, match="not a file that footnote export has written"):
        import_home(tmp_path / "other", tmp_path / "evil.tar", now=NOW, find_fault=find_fault)
    assert not (tmp_path / "evil2").exists()


def test_nothing_published_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="footnote ingest"):
        export_home(tmp_path / "home", tmp_path / "saved.tar")


def test_verify_names_what_is_damaged(home: Path) -> None:
    assert verify_published(home).articles == 4
    (folder_of(home, "000001") / "store.sqlite").write_bytes(b"x")
    with pytest.raises(IndexBroken, match=r"store\.sqlite"):
        verify_published(home)


def test_an_export_is_for_its_owner_alone_even_where_another_file_stood(home: Path, tmp_path: Path) -> None:
    (tmp_path / "saved.tar").touch(0o644)
    export_home(home, tmp_path / "saved.tar")
    assert (tmp_path / "saved.tar").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["ledger.sqlite", "generations/000001/extra.json"])
def test_an_export_follows_no_link(home: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("what is no part of the home")
    (home / name).unlink(missing_ok=True)
    (home / name).symlink_to(tmp_path / "secret")
    with pytest.raises(BackupFailed, match="is a link, which is not followed"):
        export_home(home, tmp_path / "saved.tar")
    assert not (tmp_path / "saved.tar").exists()


def test_an_export_writes_through_no_link(home: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    for name in ("saved.tar", "saved.tar.tmp"):
        (tmp_path / name).symlink_to(tmp_path / "precious")
    export_home(home, tmp_path / "saved.tar")
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "saved.tar").is_symlink()


def header(name: str, *, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info.tobuf(tarfile.GNU_FORMAT)


def renamed(name: str, to: str) -> bytes:
    """A file of which an extended header says that it has another name."""
    info = tarfile.TarInfo(name)
    info.pax_headers = {"path": to}
    return info.tobuf(tarfile.PAX_FORMAT)


FILE = header("ledger.sqlite", size=4) + b"data".ljust(512, b"\0")


@pytest.mark.parametrize(
    "content",
    [
        FILE + FILE,
        header("generation/../../evil"),
        header("/generation/x"),
        header("generation//x"),
        header("generation/" + "n" * 101 + "/x"),
        header("generation/a/b/c/d/e/f"),
        header("generation/a\nb"),
        header("generation"),
        header("ledger.sqlite/x"),
        header("other.txt"),
        header("generation/x", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        header("generation/x", kind=tarfile.LNKTYPE, link="ledger.sqlite"),
        header("generation/x", kind=tarfile.DIRTYPE),
        header("generation/x", kind=tarfile.FIFOTYPE),
        header("generation/x", kind=tarfile.GNUTYPE_SPARSE),
        header("x", kind=tarfile.GNUTYPE_LONGNAME),
        header("x", size=100_000, kind=tarfile.XHDTYPE) + bytes(100_352),
        b"nonsense" * 100,
    ],
)
def test_what_no_export_holds_is_refused_before_anything_is_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "evil.tar").write_bytes(content + bytes(1024))
    with pytest.raises(BackupFailed, match="not a file that footnote export has written"):
        import_home(tmp_path / "other", tmp_path / "evil.tar", now=NOW, find_fault=nobody_looks)
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == [".gitignore", "lock"]


def nobody_looks(folder: Path) -> str | None:
    raise AssertionError(f"{folder} was unpacked")


def test_more_files_than_a_generation_has_are_refused(tmp_path: Path) -> None:
    (tmp_path / "evil.tar").write_bytes(b"".join(header(f"generation/{i}") for i in range(10_001)) + bytes(1024))
    with pytest.raises(BackupFailed, match="more than 10,000 files"):
        import_home(tmp_path / "other", tmp_path / "evil.tar", now=NOW, find_fault=nobody_looks)


def test_a_size_that_the_file_does_not_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evil.tar").write_bytes(header("ledger.sqlite", size=10**12) + bytes(1024))
    with pytest.raises(BackupFailed, match="is cut short"):
        import_home(tmp_path / "other", tmp_path / "evil.tar", now=NOW, find_fault=nobody_looks)


def test_a_packed_file_is_refused_however_little_it_is(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "packed.tar").write_bytes(gzip.compress(saved.read_bytes()))
    with pytest.raises(BackupFailed, match="not a file that footnote export has written"):
        import_home(tmp_path / "other", tmp_path / "packed.tar", now=NOW, find_fault=nobody_looks)


def test_an_extended_header_gives_no_file_another_name(tmp_path: Path) -> None:
    (tmp_path / "evil.tar").write_bytes(renamed("digests.json", "../../evil") + bytes(1024))
    with pytest.raises(BackupFailed, match="its list of files is missing or damaged"):
        import_home(tmp_path / "other", tmp_path / "evil.tar", now=NOW, find_fault=nobody_looks)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".gitignore", "evil.tar", "lock", "other"]


def test_what_does_not_fit_on_the_disk_is_refused_before_anything_is_written(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="only 0 are free; free some space"):
        import_home(tmp_path / "other", saved, now=NOW, find_fault=nobody_looks, free=lambda _: 1_000)


def test_an_import_is_for_its_owner_alone(saved: Path, tmp_path: Path) -> None:
    import_home(tmp_path / "other", saved, now=NOW, find_fault=find_fault)
    assert open_to_others(tmp_path / "other") == []


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]
