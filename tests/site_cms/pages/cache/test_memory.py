import threading
import time

import pytest

from site_cms.pages.cache.kept import KeptPage
from site_cms.pages.cache.memory import Memory, Turns

LATER = 10.0**12


def page(size: int = 1_000, *, expires_at: float = LATER) -> KeptPage:
    return KeptPage(b"x" * size, b"", (), '"e"', expires_at)


@pytest.fixture
def small(settings) -> Memory:
    """Room for eight pages of the largest size allowed."""
    settings.PAGE_CACHE_BYTES = 8 * page().size
    return Memory()


def held(memory: Memory, count: int) -> list[int]:
    return [key for key in range(count) if memory.page(key, now=0)]


def test_the_page_that_was_asked_for_longest_ago_goes_first(small):
    for key in range(8):
        small.keep(key, page())
    small.page(0, now=0)

    small.keep(8, page())

    assert held(small, 9) == [0, 2, 3, 4, 5, 6, 7, 8]


def test_memory_stays_within_its_bytes(small, settings):
    for key in range(100):
        small.keep(key % 30, page(500 + key))

    assert 0 < small.bytes_used <= settings.PAGE_CACHE_BYTES


def test_a_page_that_would_drive_out_most_others_is_not_kept(small):
    small.keep("large", page(1_001))

    assert (small.page("large", now=0), small.bytes_used) == (None, 0)


def test_a_page_that_is_over_is_gone(small):
    small.keep("page", page(expires_at=5.0))

    assert [small.page("page", now=now) is None for now in (4.9, 5.0)] == [False, True]
    assert small.bytes_used == 0


def test_the_queries_of_endless_paths_do_not_fill_memory(small):
    for path in range(6_000):
        small.keep_queries(path, ())

    assert (small.queries(0), small.queries(5_999)) == (None, ())


def test_of_many_at_once_one_works_and_the_others_find_it_done():
    turns, done, order = Turns(), [], threading.Barrier(20)

    def ask() -> None:
        order.wait()
        with turns.taken("page"):
            if not done:
                time.sleep(0.05)
                done.append(threading.get_ident())

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1


def test_when_the_first_fails_the_others_try_themselves():
    turns = Turns()

    with pytest.raises(OSError, match="disk"), turns.taken("page"):
        raise OSError("disk")

    with turns.taken("page"):
        pass
