"""A short trial of a night as it is, and of one that was sabotaged. The long one: `make faults`."""

import pytest

from tests.faults.command import short_trial

pytestmark = [pytest.mark.postgresql, pytest.mark.redis, pytest.mark.django_db]


def test_no_mark_is_lost_or_doubled_while_the_night_breaks():
    code, told = short_trial(
        "tests.faults.night", "--seats", "10", "--entries", "1", "--faults", "1"
    )

    assert code == 0, told
    assert "clean, as it must be" in told
    assert "found out, as it must be" in told
