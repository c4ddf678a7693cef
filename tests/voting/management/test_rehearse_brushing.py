import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import HOUR, make_contest, open_poll
from voting.polls.models import BallotSignal

pytestmark = pytest.mark.django_db


def rehearse(contest, *more: str) -> None:
    call_command("rehearse_brushing", contest.slug, "--ballots", "20", *more)


def make_opened(**fields):
    now = timezone.now()
    contest = make_contest(
        poll_opens_at=now - HOUR, poll_closes_at=now + HOUR, **fields
    )
    open_poll(contest=contest, entries=4)
    return contest


def test_practice_poll_gets_ballots_with_signals(capsys):
    rehearse(
        make_opened(practice=True, practice_note="演练"), "--campaign", "script:30"
    )

    assert "加了 50 张编造的选票。" in capsys.readouterr().out
    assert BallotSignal.objects.count() == 50


def test_real_poll_is_refused():
    with pytest.raises(CommandError, match="演练"):
        rehearse(make_opened(), "--campaign", "script:30")


@pytest.mark.parametrize("text", ["unknown:30", "script:", "script:none", "script:0"])
def test_campaign_that_nobody_knows_is_refused(text):
    with pytest.raises(CommandError, match="campaign"):
        rehearse(make_opened(practice=True, practice_note="演练"), "--campaign", text)
