"""What the log shows while a poll runs does not depend on who was chosen.

Two worlds differ in nothing but the picks. Whatever the log shows is the same in both to the
last byte once hashes and signatures are blotted out, which are random to whoever has no key.
"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import HOUR, make_ballot, make_contest, open_poll
from voting.log.heads import sign_due_heads
from voting.log.models import LogEntry
from voting.polls.models import Ballot
from voting.polls.sealing import seal_due_ballots
from voting.polls.tally import advance_tally

pytestmark = pytest.mark.django_db(transaction=True)

BALLOTS = 45
SHOWN = [
    "/log/{slug}/",
    "/log/{slug}/?show=ballots",
    "/log/{slug}/heads/",
    "/log/{slug}/heads/{size}/",
    "/log/{slug}/head.json",
    "/log/{slug}/heads.json",
    "/log/{slug}/key.json",
    "/log/{slug}/checkpoint",
    "/log/{slug}/entries.jsonl",
    "/log/{slug}/leaves.txt?entry=1",
]
HASHES = re.compile(
    r"<span>[0-9a-f]{4}</span> |[0-9a-f]{4}( [0-9a-f]{4}){3}|[A-Za-z0-9+/]{43,}={0,2}"
    r"|[0-9a-f]{8}(?=\+)|[0-9a-f]{64}"
)


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


def shown(slug: str, favourite: int) -> dict[str, tuple]:
    """What the log of a poll shows in which everybody chose this one."""
    now = timezone.now()
    contest = make_contest(
        slug=slug, name="活动", poll_opens_at=now - HOUR, poll_closes_at=now + HOUR
    )
    poll = open_poll(contest=contest)
    for _ in range(BALLOTS):
        make_ballot(poll=poll, picks=(favourite,))
    for _ in range(2):
        advance_tally(poll)
    seal_due_ballots(now=now)
    sign_due_heads(now=now)
    size = LogEntry.objects.of_contest(contest.pk).last().size_after
    found = {}
    for address in SHOWN:
        answer = Client().get(address.format(slug=slug, size=size))
        text = answer.content.decode().replace(slug, "SLUG")
        found[address] = answer.status_code, HASHES.sub("HASH", text)
    return found


def test_what_the_log_shows_does_not_depend_on_who_was_chosen():
    one, other = shown("first-world", 1), shown("other-world", 2)

    assert {status for status, _ in one.values()} == {200}
    assert [address for address in one if one[address] != other[address]] == []
    assert "25 张选票，25 个选择" in one["/log/{slug}/?show=ballots"][1]


def test_control_the_number_of_picks_is_public_and_is_seen_by_this_test():
    one = shown("first-world", 1)
    Contest.objects.all().update(poll_closes_at=timezone.now())
    now = timezone.now()
    contest = make_contest(
        slug="other-world",
        name="活动",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )
    poll = open_poll(contest=contest)
    for _ in range(BALLOTS):
        make_ballot(poll=poll, picks=(1, 2))
    for _ in range(2):
        advance_tally(poll)
    seal_due_ballots(now=now)
    address = "/log/{slug}/entries.jsonl"

    answer = Client().get(address.format(slug="other-world")).content.decode()

    masked = HASHES.sub("HASH", answer.replace("other-world", "SLUG"))
    assert masked != one[address][1]


def test_leaves_are_not_in_the_order_in_which_ballots_came():
    poll = open_poll()
    for _ in range(BALLOTS):
        make_ballot(poll=poll)
    for _ in range(2):
        advance_tally(poll)
    seal_due_ballots(now=timezone.now())

    leaves = Client().get(f"/log/{Contest.objects.get().slug}/leaves.txt", {"entry": 1})

    picks = leaves.content.decode().splitlines()[1:]
    from_bytes = [bytes(entry.hashes) for entry in LogEntry.objects.all()]
    hexes = [from_bytes[0][at : at + 32] for at in range(32, 26 * 32, 32)]
    assert len(picks) == 25
    assert hexes == sorted(hexes)
    assert Ballot.objects.count() == BALLOTS
