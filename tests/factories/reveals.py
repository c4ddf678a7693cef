"""A night whose result stands and waits for its reveal, and the presenter's phone."""

from django.test import Client
from django.utils import timezone

from tests.factories.people import make_user
from tests.factories.results import make_decided_contest, make_standing_result
from tests.factories.rulesheets import RULES
from voting.judging.models import Night
from voting.judging.queries import night_of
from voting.results.reveal_services import issue_presenter

PLACES = 3


def make_night_to_reveal(*, contest=None, places: int = PLACES, **fields) -> Night:
    """Four units, of which three have a flag."""
    contest = contest or make_decided_contest(
        votes=(4, 3, 2, 1), document=RULES | {"places": places}, **fields
    )
    make_standing_result(contest)
    return night_of(contest)


def make_presenter(contest) -> tuple[Client, str]:
    """A phone that knows the PIN of the presenter's card, and the card's address."""
    _, card = issue_presenter(
        by=make_user(), contest=contest, name="李明", now=timezone.now()
    )
    client, address = Client(), f"/reveal/{card.token}/"
    client.post(f"{address}sign-in/", {"pin": card.pin})
    return client, address
