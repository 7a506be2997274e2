import threading

from bot.slack.pieces import Crew


def test_work_that_comes_one_after_the_other_is_done_by_one_thread() -> None:
    crew, done, seen = Crew(), threading.Semaphore(0), set()

    def work() -> None:
        seen.add(threading.get_ident())
        done.release()

    for _ in range(50):
        crew.start(work)
        done.acquire()
    assert len(seen) <= 2  # the first may not have said yet that it is idle


def test_work_at_the_same_time_does_not_wait_for_each_other() -> None:
    crew, meeting = Crew(), threading.Barrier(6)
    for _ in range(5):
        crew.start(lambda: meeting.wait(10))
    meeting.wait(10)
