import datetime
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from bot.endpoint.budget import Allowance, Budget
from tests.model_fixtures import spent

DAY = datetime.date(2026, 3, 1)


def test_a_user_may_spend_up_to_the_day_s_tokens(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "b.sqlite", Allowance(user_tokens_per_day=100))
    assert budget.reserve("ann", DAY, read=60, written=40) is not None
    assert budget.reserve("ann", DAY, read=1, written=0) is None
    assert budget.reserve("bob", DAY, read=60, written=40) is not None
    assert budget.reserve("ann", DAY + datetime.timedelta(1), read=60, written=40) is not None


def test_all_users_together_have_a_bound_in_tokens_and_in_dollars(tmp_path: Path) -> None:
    tokens = Budget(tmp_path / "t.sqlite", Allowance(tokens_per_day=100))
    assert tokens.reserve("ann", DAY, read=90, written=0)
    assert tokens.reserve("bob", DAY, read=20, written=0) is None
    dollars = Budget(tmp_path / "d.sqlite", Allowance(usd_per_day=1.0, usd_per_million_written=100_000.0))
    assert dollars.reserve("ann", DAY, read=500, written=10)
    assert dollars.reserve("bob", DAY, read=0, written=1) is None


def test_what_was_set_aside_is_replaced_by_what_was_taken(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "b.sqlite", Allowance(usd_per_million_read=2.0, usd_per_million_written=10.0))
    reserved = budget.reserve("ann", DAY, read=1000, written=500)
    assert reserved is not None
    budget.settle(reserved, read=800, written=100)
    ((tokens, usd),) = spent(tmp_path / "b.sqlite", DAY)
    assert (tokens, round(usd, 6)) == (900, 0.0026)


def test_calls_at_the_same_time_cannot_overspend_together(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "b.sqlite", Allowance(user_tokens_per_day=50))
    granted: list[bool] = []
    threads = [
        threading.Thread(target=lambda: granted.append(budget.reserve("ann", DAY, read=10, written=0) is not None))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 5


def test_a_file_that_cannot_be_used_is_told_and_spending_counts_in_memory(tmp_path: Path) -> None:
    damaged, told = tmp_path / "b.sqlite", list[str]()
    damaged.write_bytes(b"no database" * 100)
    budget = Budget(damaged, Allowance(user_tokens_per_day=100), warn=told.append)
    assert budget.reserve("ann", DAY, read=60, written=40) is not None
    assert budget.reserve("ann", DAY, read=1, written=0) is None
    assert len(told) == 1
    assert "b.sqlite" in told[0]


def test_a_file_of_another_make_is_no_use_either(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "b.sqlite")) as file, file:
        file.execute("CREATE TABLE spent (what TEXT)")
    budget = Budget(tmp_path / "b.sqlite", Allowance(user_tokens_per_day=100), warn=lambda text: None)
    reserved = budget.reserve("ann", DAY, read=60, written=40)
    assert reserved is not None
    budget.settle(reserved, read=5, written=5)
    assert budget.reserve("ann", DAY, read=91, written=0) is None
    assert budget.reserve("ann", DAY, read=90, written=0) is not None


def test_a_folder_where_the_file_should_be_is_no_end(tmp_path: Path) -> None:
    (tmp_path / "b.sqlite").mkdir()
    assert Budget(tmp_path / "b.sqlite", Allowance(), warn=lambda text: None).reserve("a", DAY, read=1, written=1)
