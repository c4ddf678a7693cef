"""What the site itself serves, looked at with verify.py alone."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import MINUTE
from tests.factories.bundles import cast_some, open_in_log, sign
from tests.voting.polls.test_mine import Phone
from voting.polls.models import Poll
from voting.polls.sealing import seal_ballots
from voting.verify import Witness, check_receipt

pytestmark = pytest.mark.django_db(transaction=True)


def close(poll) -> None:
    now = timezone.now()
    contests = Contest.objects.filter(pk=poll.contest_id)
    contests.update(poll_closes_at=now - 5 * MINUTE)
    seal_ballots(poll=Poll.objects.select_related("contest").get(pk=poll.id), now=now)


def test_a_witness_follows_the_log_of_the_site(live_server, tmp_path):
    poll = open_in_log()
    slug = Contest.objects.get(pk=poll.contest_id).slug
    sign(poll)
    witness = Witness(
        live_server.url + reverse("voting:log", args=[slug]),
        tmp_path / "state.jsonl",
        pause=6,
    )

    assert witness.look().size == 1
    cast_some(poll, 3)
    close(poll)
    sign(poll)
    again = Witness(witness._address, witness._state, pause=6)
    again.remember()
    found = None
    for _ in range(20):
        found = found or again.look()
    assert (found.ballots, found.size) == (3, 1 + 1 + 6 + 1)


def test_a_receipt_of_the_site_is_checked_without_it(client, tmp_path):
    poll = open_in_log()
    address = Phone(poll).vote("01", "03").url
    close(poll)
    sign(poll)
    path = tmp_path / "proof.json"
    path.write_bytes(client.get(f"{address}proof/").content)

    found = check_receipt(path)

    assert json.loads(path.read_text(encoding="utf-8"))["place"] == "signed"
    assert found["picks"] == [
        {"number": "01", "value": 1},
        {"number": "03", "value": 1},
    ]
