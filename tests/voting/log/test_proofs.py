"""Proofs from stored tiles and slices of leaf hashes are those of the tree in memory."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import DAY, NOW, make_contest, make_head, make_log_entry
from voting.log import proofs
from voting.log.errors import HeadUnknown, LeafUnknown
from voting.log.models import TILE, Log, LogEntry
from voting.log.proofs import consistency, inclusion, index_in, leaf_hashes
from voting.rules.merkle import (
    HASH_BYTES,
    is_consistent,
    root_from_inclusion,
    tree_root,
)

pytestmark = pytest.mark.django_db

LENGTHS = [1, 700, 1, 1, 300, TILE, 5 * TILE, 1, 900]


@pytest.fixture
def log() -> Log:
    """A log of some thousand leaves, with a head after every entry."""
    contest = make_contest()
    for day, leaves in enumerate(LENGTHS):
        make_log_entry(contest=contest, leaves=leaves)
        make_head(contest, now=NOW + day * DAY)
    return Log.objects.get()


def leaves_in(log: Log) -> list[bytes]:
    blob = b"".join(bytes(entry.hashes) for entry in log.entries.in_order())
    return [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]


@pytest.fixture(autouse=True)
def _fresh_process():
    proofs._kept.clear()


def test_every_leaf_is_proven_under_every_head(log):
    leaves = leaves_in(log)
    sizes = list(log.heads.values_list("size", flat=True))

    for size in sizes:
        root = tree_root(leaves[:size])
        for index in {0, 1, size // 2, size // 3, size - 1} & set(range(size)):
            path = inclusion(log, index=index, size=size)
            assert root_from_inclusion(index, size, leaves[index], path) == root
    assert sizes[-1] == sum(LENGTHS)


def test_every_two_heads_are_consistent(log):
    heads = list(log.heads.all())

    for place, newer in enumerate(heads):
        for older in heads[: place + 1]:
            path = consistency(log, first=older.size, second=newer.size)
            assert is_consistent(
                older.size, newer.size, bytes(older.root), bytes(newer.root), path
            )


def test_leaf_hashes_are_cut_out_of_the_entries_that_hold_them(log):
    leaves = leaves_in(log)

    @given(st.integers(0, len(leaves)), st.integers(1, 2 * TILE))
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def check(start, length):
        assert leaf_hashes(log, start, start + length) == leaves[start : start + length]

    check()


def test_a_second_proof_reads_its_own_tile_and_little_more(
    log, django_assert_max_num_queries
):
    size = sum(LENGTHS)
    inclusion(log, index=0, size=size)

    # The head, the leaves of its tile, and the tile beside it.
    with django_assert_max_num_queries(3):
        inclusion(log, index=TILE, size=size)


@pytest.mark.parametrize(
    ("index", "size", "refusal"),
    [
        pytest.param(0, 2, HeadUnknown, id="no head of this size"),
        pytest.param(0, 10**12, HeadUnknown, id="longer than the log"),
        pytest.param(701, 701, LeafUnknown, id="behind the head"),
        pytest.param(-1, 701, LeafUnknown, id="negative"),
    ],
)
def test_what_no_head_holds_has_no_proof(log, index, size, refusal):
    with pytest.raises(refusal):
        inclusion(log, index=index, size=size)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(2, 701, id="first unknown"),
        pytest.param(1, 702 * 10**9, id="second unknown"),
        pytest.param(701, 1, id="reversed"),
        pytest.param(0, 1, id="empty"),
    ],
)
def test_heads_that_were_never_signed_have_no_proof(log, first, second):
    with pytest.raises(HeadUnknown):
        consistency(log, first=first, second=second)


def test_a_leaf_is_found_in_its_entry_and_in_no_other(log):
    entry, other = log.entries.get(number=2), log.entries.get(number=5)
    leaves = leaves_in(log)

    places = [index_in(entry, leaf) for leaf in leaves[2:701]]

    assert places == list(range(2, 701))
    assert index_in(other, leaves[2]) is None
    assert index_in(entry, bytes(32)) is None
    assert index_in(entry, b"\xff" * 32) is None
    # The statement is no pick.
    assert index_in(entry, leaves[1]) is None
    assert LogEntry.objects.count() == len(LENGTHS)
