"""A short trial of the build as it is, and of one that was sabotaged. The long one: `make faults`."""

import pytest

from tests.faults.command import short_trial

pytestmark = [pytest.mark.postgresql, pytest.mark.redis, pytest.mark.django_db]

FAULTS = 6


def test_nothing_is_lost_or_counted_twice_while_everything_breaks():
    code, told = short_trial(
        "tests.faults", "--ballots", "200", "--faults", str(FAULTS)
    )

    assert code == 0, told
    assert "clean, as it must be" in told
    assert "found out, as it must be" in told
