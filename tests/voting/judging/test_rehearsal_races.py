"""Several administrators who make or hide a rehearsal at the same instant."""

import pytest

from tests.factories import NOW, make_user
from tests.factories.rehearsals import make_drawn_night, make_rehearsal
from tests.voting.judging.test_drawing_races import AT_ONCE, at_once
from voting.judging import services
from voting.judging.models import Night, Seat
from voting.judging.rehearsal_models import Rehearsal

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_six_who_make_the_first_rehearsal_at_once_make_one():
    source, by = make_drawn_night().contest, make_user()

    outcome = at_once([lambda: make_rehearsal(source, by=by)] * AT_ONCE)

    assert outcome == {"done": 1, "refused": AT_ONCE - 1}
    assert (Rehearsal.objects.count(), Night.objects.count()) == (1, 2)
    assert Seat.objects.count() == 2 * 7


def test_six_who_hide_it_at_once_hide_it_once():
    rehearsal, by = make_rehearsal(), make_user()

    outcome = at_once(
        [lambda: services.hide_rehearsal(by=by, rehearsal=rehearsal, now=NOW)] * AT_ONCE
    )

    assert outcome == {"done": 1, "refused": AT_ONCE - 1}
