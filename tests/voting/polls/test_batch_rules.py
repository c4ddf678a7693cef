from hypothesis import given
from hypothesis import strategies as st

from voting.polls.batch_rules import KEPT_BACK, LARGEST, LOOKED_AT, SMALLEST, next_batch

arrivals = st.lists(st.integers(min_value=0, max_value=2_500), max_size=12)


def sealed(arriving: list[int]) -> list[int]:
    """The batches of a poll into which so many ballots came in each minute, and its close."""
    batches, waiting = [], 0
    for is_over, more in [*((False, each) for each in arriving), (True, 0)]:
        waiting += more
        while size := next_batch(min(waiting, LOOKED_AT), is_over=is_over):
            batches.append(size)
            waiting -= size
        if not is_over and batches:
            assert waiting >= KEPT_BACK
    assert waiting == 0
    return batches


@given(arrivals)
def test_all_ballots_are_sealed_and_no_batch_is_small_where_there_are_enough(arriving):
    batches = sealed(arriving)

    assert sum(batches) == sum(arriving)
    assert max(batches, default=0) <= LARGEST
    if sum(arriving) >= SMALLEST:
        assert min(batches) >= SMALLEST
    else:
        assert len(batches) <= 1
