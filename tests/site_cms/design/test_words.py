from datetime import timedelta

import pytest

from site_cms.design.words import time_left, two_digits


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        pytest.param(timedelta(days=3, hours=6, minutes=59), [(3, "天"), (6, "小时")], id="days"),
        pytest.param(timedelta(days=1), [(1, "天"), (0, "小时")], id="exactly a day"),
        pytest.param(timedelta(hours=23, minutes=59, seconds=59), [(23, "小时"), (59, "分钟")], id="last second of hours"),
        pytest.param(timedelta(hours=1), [(1, "小时"), (0, "分钟")], id="exactly an hour"),
        pytest.param(timedelta(minutes=59), [(59, "分钟")], id="minutes"),
        pytest.param(timedelta(seconds=1), [(1, "分钟")], id="last second"),
        pytest.param(timedelta(0), [], id="over"),
        pytest.param(timedelta(seconds=-1), [], id="long over"),
    ],
)  # fmt: skip
def test_time_left_in_its_two_largest_units(left, expected):
    assert time_left(left) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(7, "07"), (20, "20"), (99, "99"), (100, "100"), ("07", "07")],
)
def test_public_number_has_two_digits_and_three_only_above_99(number, expected):
    assert two_digits(number) == expected
