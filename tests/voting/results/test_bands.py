import pytest

from tests.factories import DAY, NOW
from voting.results.bands import band


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({}, ("provisional", "拟定结果"), id="just released"),
        pytest.param(
            {"notice_closes_at": NOW + DAY},
            ("notice", "拟定结果，正在公示"),
            id="notice runs",
        ),
        pytest.param(
            {"notice_closes_at": NOW},
            ("over", "拟定结果，公示已满"),
            id="the very end of the notice",
        ),
        pytest.param(
            {"notice_closes_at": NOW - DAY, "finalised_at": NOW},
            ("final", "最终结果"),
            id="final",
        ),
        pytest.param(
            {"revision": 2, "notice_closes_at": NOW + DAY},
            ("notice", "拟定结果，正在公示（更正第 2 版）"),
            id="corrected during the notice",
        ),
        pytest.param(
            {"revision": 1, "finalised_at": NOW},
            ("final", "最终结果（更正第 1 版）"),
            id="corrected after it was final",
        ),
        pytest.param(
            {"is_newest": False, "finalised_at": NOW - DAY},
            ("replaced", "已经更正的旧版"),
            id="a later revision stands",
        ),
    ],
)
def test_the_band_says_how_far_the_result_has_come(fields, told):
    defaults = {
        "revision": 0,
        "is_newest": True,
        "notice_closes_at": None,
        "finalised_at": None,
    }

    found = band(**defaults | fields, now=NOW)

    assert (found.kind, found.label) == told
