"""What is added to the log stays, in one order, however many add at once."""

import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from showcase.contests.models import Contest
from site_cms.privacy.keys import read_key
from tests.factories import DAY, NOW, make_contest, make_head, make_log_entry
from voting.log import services
from voting.log.models import TILE, Kind, Log, LogEntry, LogTile, SignedHead
from voting.log.services import append, log_key
from voting.rules.merkle import HASH_BYTES, leaf_hash, tree_root

pytestmark = pytest.mark.django_db


def all_leaves(contest: Contest) -> list[bytes]:
    blobs = LogEntry.objects.of_contest(contest.pk).in_order()
    joined = b"".join(bytes(entry.hashes) for entry in blobs)
    return [
        joined[start : start + HASH_BYTES]
        for start in range(0, len(joined), HASH_BYTES)
    ]


def test_a_statement_is_one_line_of_canonical_json_and_its_leaf():
    shanghai = timezone(timedelta(hours=8))
    entry = append(
        contest=make_contest(),
        kind=Kind.PAUSED,
        statement={"notice": "停电。\n请稍候", "by": "王主任"},
        now=NOW.astimezone(shanghai).replace(second=59),
    )

    assert entry.text == (
        '{"at":"2026-06-01T12:00Z","by":"王主任","kind":"paused",'
        '"notice":"停电。\\n请稍候"}'
    )
    assert bytes(entry.hashes) == leaf_hash(entry.text.encode())
    assert (entry.number, entry.first_leaf, entry.leaves) == (1, 0, 1)


def test_commitments_stand_in_the_order_of_their_leaf_hashes():
    commitments = [bytes([number]) * 32 for number in (9, 1, 5)]

    entry = append(
        contest=make_contest(),
        kind=Kind.BALLOTS,
        statement={},
        now=NOW,
        commitments=commitments,
    )

    hashes = bytes(entry.hashes)
    assert hashes[HASH_BYTES:] == b"".join(sorted(map(leaf_hash, commitments)))
    assert entry.leaves == 4


def test_an_entry_goes_on_where_the_one_before_it_ended():
    contest, other = make_contest(), make_contest()
    for leaves in (1, 3, 1):
        make_log_entry(contest=contest, leaves=leaves)
    make_log_entry(contest=other)

    entries = LogEntry.objects.of_contest(contest.pk).in_order()
    last = entries.last()

    assert [(each.number, each.first_leaf) for each in entries] == [
        (1, 0),
        (2, 1),
        (3, 4),
    ]
    assert last.frontier.root() == tree_root(all_leaves(contest))
    assert Log.objects.count() == 2


@pytest.mark.parametrize(
    "lengths",
    [
        pytest.param([TILE], id="one tile"),
        pytest.param([TILE - 1, 1], id="full to the leaf"),
        pytest.param([TILE - 1, 2], id="one over"),
        pytest.param([1, 3 * TILE, 5], id="several at once"),
        pytest.param([100, 100, 100, 100], id="none falls together with an entry"),
    ],
)
def test_every_full_tile_is_stored_once(lengths):
    contest = make_contest()
    for leaves in lengths:
        make_log_entry(contest=contest, leaves=leaves)

    leaves = all_leaves(contest)
    expected = [
        tree_root(leaves[start : start + TILE])
        for start in range(0, len(leaves) - TILE + 1, TILE)
    ]

    stored = LogTile.objects.filter(log_id=contest.pk).order_by("place")
    assert [(tile.place, bytes(tile.root)) for tile in stored] == list(
        enumerate(expected)
    )


def take_back(contest: Contest) -> None:
    """An act that added to the log and was not done after all."""
    with transaction.atomic():
        make_log_entry(contest=contest, leaves=TILE)
        transaction.set_rollback(True)


def test_an_act_that_is_taken_back_leaves_no_gap():
    contest = make_contest()
    make_log_entry(contest=contest)
    take_back(contest)

    entry = make_log_entry(contest=contest)

    assert (entry.number, entry.first_leaf) == (2, 1)
    assert LogTile.objects.count() == 0


def test_a_log_that_was_taken_back_begins_anew_with_another_key():
    contest = make_contest()
    take_back(contest)

    make_log_entry(contest=contest)

    log = Log.objects.get()
    assert read_key(log.key_name, log.key_fingerprint)


def test_what_an_opening_says_of_the_log_is_its_public_key():
    contest = make_contest(slug="linxi")

    said = log_key(contest, now=NOW)

    log = Log.objects.get()
    assert said["log"] == log.origin == "127.0.0.1:8000/log/linxi"
    assert b64decode(said["log_key"]) == bytes(log.public_key)


def test_a_kind_that_nobody_knows_is_not_taken():
    with pytest.raises(ValueError, match="gossip"):
        make_log_entry(kind="gossip")


AT_ONCE = 8


def at_once(act) -> list:
    barrier = threading.Barrier(AT_ONCE)

    def run(_) -> object:
        barrier.wait(timeout=20)
        try:
            return act()
        except DatabaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_first_appenders_make_one_log_and_eight_entries():
    contest = make_contest()

    added = at_once(lambda: make_log_entry(contest=contest, leaves=3))

    assert sorted(entry.number for entry in added) == list(range(1, AT_ONCE + 1))
    last = LogEntry.objects.last()
    assert last.size_after == AT_ONCE * 3
    assert last.frontier.root() == tree_root(all_leaves(contest))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_appenders_add_one_after_the_other():
    contest = make_contest()
    make_log_entry(contest=contest)

    for _ in range(3):
        at_once(lambda: make_log_entry(contest=contest, leaves=100))

    last = LogEntry.objects.last()
    assert (last.number, last.size_after) == (1 + 3 * AT_ONCE, 1 + 3 * AT_ONCE * 100)
    assert last.frontier.root() == tree_root(all_leaves(contest))
    assert LogTile.objects.count() == last.size_after // TILE


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_appenders_meet(monkeypatch):
    contest = make_contest()
    make_log_entry(contest=contest)
    monkeypatch.setattr(services, "_lock", lambda contest: None)

    added = at_once(lambda: make_log_entry(contest=contest))

    assert any(isinstance(each, IntegrityError) for each in added)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_appender_waits_for_one_that_has_not_ended_and_comes_after_it():
    contest = make_contest()
    make_log_entry(contest=contest)
    has_added, let_go = threading.Event(), threading.Event()

    def slow() -> int:
        try:
            with transaction.atomic():
                number = make_log_entry(contest=contest).number
                has_added.set()
                let_go.wait(20)
                return number
        finally:
            connection.close()

    def fast() -> int:
        try:
            return make_log_entry(contest=contest).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(slow)
        assert has_added.wait(20)
        second = threads.submit(fast)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        let_go.set()
        assert (first.result(20), second.result(20)) == (2, 3)


KEPT = [Log, LogEntry, LogTile, SignedHead]


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_rows_of_the_log_are_only_ever_added(model):
    contest = make_contest()
    make_log_entry(contest=contest, leaves=TILE)
    make_head(contest)
    column = {Log: "origin", LogEntry: "text", LogTile: "root", SignedHead: "note"}

    for change in (
        lambda: model.objects.update(**{column[model]: b"x"}),
        lambda: model.objects.all()._raw_delete(model.objects.db),
    ):
        with (
            pytest.raises(DatabaseError, match="only ever added"),
            transaction.atomic(),
        ):
            change()
    assert model.objects.count() == 1


def test_two_heads_of_one_size_are_impossible():
    contest = make_contest()
    make_log_entry(contest=contest)
    head = make_head(contest)
    head.pk, head.root = None, bytes(32)

    with pytest.raises(IntegrityError), transaction.atomic():
        head.save(force_insert=True)
    assert make_head(contest, now=NOW + DAY) is None
