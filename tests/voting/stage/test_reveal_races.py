"""Two who press at the same moment of a reveal: on real PostgreSQL, at a barrier."""

from collections import Counter

import pytest
from django.utils import timezone

from tests.factories import make_user
from tests.factories.reveals import make_night_to_reveal
from tests.parallel import DONE, outcomes
from voting.results.models import Release
from voting.results.reveal_errors import OldStep, RevealError, RevealNotReady
from voting.results.reveal_models import Reveal
from voting.results.reveal_queries import running_reveal
from voting.stage.reveal_services import begin_reveal, end_reveal, turn_reveal

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

AT_ONCE = 6


@pytest.fixture
def night():
    return make_night_to_reveal()


def test_of_six_beginnings_at_once_one_begins(night):
    by = make_user()

    def begin():
        return begin_reveal(by=by, night=night, now=timezone.now())

    assert outcomes([begin] * AT_ONCE, RevealNotReady) == Counter(
        {DONE: 1, "RevealNotReady": 5}
    )


def test_of_six_presses_at_once_one_turns_and_nobody_hears_two_steps(night):
    by = make_user()
    begin_reveal(by=by, night=night, now=timezone.now())

    def press():
        return turn_reveal(by=by, night=night, seen=0, ahead=True, now=timezone.now())

    assert outcomes([press] * AT_ONCE, OldStep) == Counter({DONE: 1, "OldStep": 5})
    assert running_reveal(night.contest).step == 1


def test_of_two_ends_at_once_one_ends_and_the_result_is_public_once(night):
    by = make_user()
    reveal = begin_reveal(by=by, night=night, now=timezone.now())
    last = reveal.script.script.last
    Reveal.objects.update(step=last, furthest=last)

    def end():
        return end_reveal(by=by, night=night, now=timezone.now())

    assert outcomes([end, end], RevealError) == Counter({DONE: 1, "RevealError": 1})
    assert Release.objects.count() == 1
