"""Leaves that voids take out are listed for at least 20 ballots at once."""

import json
from hashlib import sha256

import pytest

from tests.factories import NOW, open_poll
from tests.factories.integrity import (
    close_in_log,
    hold,
    make_group,
    officer,
    restore,
    seal,
    void,
)
from voting.integrity import services
from voting.integrity.lists_services import list_waiting_leaves
from voting.integrity.models import LeafList
from voting.integrity.queries import list_text
from voting.log.models import LogEntry
from voting.polls.models import Ballot
from voting.polls.queries import poll_key
from voting.polls.receipts import receipt_secret
from voting.rules.commitments import commitment, pick_salt, picks_of
from voting.rules.merkle import leaf_hash

pytestmark = pytest.mark.django_db


def lists() -> list[dict]:
    """What the log says of lists, in its order."""
    entries = LogEntry.objects.filter(kind="leaves").order_by("number")
    return [json.loads(entry.text) for entry in entries]


def expected_leaves(poll, ids) -> list[bytes]:
    numbers = tuple(entry.number for entry in poll.entries)
    return sorted(
        leaf_hash(commitment(pick_salt(secret, pick.number), pick))
        for ballot in Ballot.objects.filter(id__in=ids)
        for secret in [receipt_secret(poll_key(poll), ballot.id)]
        for pick in picks_of(bytes(ballot.choices), numbers)
    )


def ids_of(group) -> list[int]:
    return list(group.members.values_list("ballot_id", flat=True))


def dismiss(group) -> None:
    services.dismiss_group(by=officer(), group=group, reason="真实投票。", now=NOW)


def test_a_void_of_20_sealed_ballots_is_listed_at_once():
    poll = open_poll()
    group = make_group(poll, ballots=20, picks=(1, 3))
    seal(poll)

    act = void(group)

    leaves = expected_leaves(poll, ids_of(group))
    assert bytes(LeafList.objects.get().leaves) == b"".join(leaves)
    text = list_text(leaves)
    assert lists() == [
        {
            "acts": [act.log_entry.number],
            "at": "2026-06-01T12:00Z",
            "ballots": 20,
            "kind": "leaves",
            "leaves": 40,
            "list": "void",
            "sha256": sha256(text.encode()).hexdigest(),
        }
    ]
    assert len(text.splitlines()) == 40


@pytest.mark.parametrize(
    ("ballots", "is_sealed"),
    [
        pytest.param(19, True, id="fewer than 20"),
        pytest.param(20, False, id="not sealed"),
    ],
)
def test_any_other_void_waits_for_the_closing_group(ballots, is_sealed):
    poll = open_poll()
    group = make_group(poll, ballots=ballots)
    if is_sealed:
        seal(poll)
    void(group)
    assert lists() == []

    list_waiting_leaves(now=NOW)
    assert lists() == []
    if not is_sealed:
        seal(poll)
    close_in_log(poll)
    list_waiting_leaves(now=NOW)

    assert [each["ballots"] for each in lists()] == [ballots]
    assert lists()[0].get("small", False) is (ballots < 20)


def test_waiting_voids_share_one_closing_group_and_restorations_another():
    poll = open_poll()
    one, other = make_group(poll, ballots=12), make_group(poll, ballots=13)
    for group in (one, other):
        void(group)
    restore(one)
    seal(poll)
    close_in_log(poll)

    list_waiting_leaves(now=NOW)
    list_waiting_leaves(now=NOW)

    assert [(each["list"], each["ballots"], len(each["acts"])) for each in lists()] == [
        ("void", 25, 2),
        ("restore", 12, 1),
    ]
    assert lists()[1]["small"] is True


def test_the_closing_group_waits_for_what_is_undecided():
    poll = open_poll()
    void(make_group(poll, ballots=25))
    held = make_group(poll)
    hold(held)
    seal(poll)
    close_in_log(poll)

    list_waiting_leaves(now=NOW)
    assert lists() == []

    services.release_group(by=officer(), group=held, reason="看错了。", now=NOW)
    list_waiting_leaves(now=NOW)
    assert [each["ballots"] for each in lists()] == [25]


def test_a_small_group_waits_while_more_may_join_it():
    poll = open_poll()
    void(make_group(poll, ballots=5))
    unseen = make_group(poll)
    seal(poll)
    close_in_log(poll)

    list_waiting_leaves(now=NOW)
    assert lists() == []

    dismiss(unseen)
    list_waiting_leaves(now=NOW)
    assert lists()[0]["small"] is True


def test_what_is_held_or_released_is_never_listed():
    poll = open_poll()
    group = make_group(poll)
    seal(poll)
    hold(group)
    services.release_group(by=officer(), group=group, reason="看错了。", now=NOW)
    close_in_log(poll)

    list_waiting_leaves(now=NOW)

    assert lists() == []


def test_a_ballot_that_is_void_again_stands_in_a_second_list():
    """Who reads the lists in order knows in the end that it is void."""
    poll = open_poll()
    group = make_group(poll, ballots=25)
    void(group)
    restore(group)
    void(group)
    other = make_group(poll, ballots=6)
    void(other)
    seal(poll)
    close_in_log(poll)

    list_waiting_leaves(now=NOW)

    assert [(each["list"], each["ballots"]) for each in lists()] == [
        ("void", 31),
        ("restore", 25),
        ("void", 25),
    ]


def test_a_restoration_is_not_listed_before_its_void():
    poll = open_poll()
    group = make_group(poll, ballots=25)
    void(group)
    seal(poll)
    restore(group)
    assert lists() == []

    close_in_log(poll)
    list_waiting_leaves(now=NOW)

    assert [each["list"] for each in lists()] == ["void", "restore"]
