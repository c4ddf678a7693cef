"""Several supervisors and hosts at the draw at the same instant."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from site_cms.trail.errors import AlreadyDecided
from tests.factories import NOW, SEED, make_user
from tests.voting.judging.test_drawing import HOW, listed, seeded, undrawn
from voting.judging import services
from voting.judging.errors import JudgingError
from voting.judging.models import Draw, Turn
from voting.log.models import LogEntry

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 6


def at_once(acts) -> Counter[str]:
    barrier = threading.Barrier(len(acts))

    def run(act) -> str:
        barrier.wait(timeout=20)
        try:
            act()
        except (AlreadyDecided, JudgingError):
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def test_six_second_readings_at_once_draw_once():
    night = undrawn()
    proposal, second = seeded(listed(night)), make_user()

    outcome = at_once(
        [
            lambda: services.confirm_seed(
                by=second, proposal=proposal, typed=SEED, now=NOW
            )
        ]
        * AT_ONCE
    )

    assert outcome == {"done": 1, "refused": AT_ONCE - 1}
    assert (Draw.objects.count(), Turn.objects.count()) == (1, 3)
    assert LogEntry.objects.count() == 2


def test_six_hosts_who_type_a_seed_at_once_leave_one():
    published, by = listed(undrawn()), make_user()

    outcome = at_once(
        [
            lambda: services.propose_seed(
                by=by, published=published, seed=SEED, how=HOW, now=NOW
            )
        ]
        * AT_ONCE
    )

    assert outcome == {"done": 1, "refused": AT_ONCE - 1}
