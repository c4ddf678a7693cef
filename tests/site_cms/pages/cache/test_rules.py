from datetime import datetime, timedelta

import pytest

from site_cms.pages.cache.rules import (
    SHANGHAI,
    accepts_gzip,
    end_of_life,
    query_that_counts,
)

MINUTE = timedelta(minutes=1)


def at(*when: int) -> datetime:
    return datetime(2026, 11, 28, *when, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("drawn_at", "next_change", "ends"),
    [
        pytest.param(at(12, 0), None, at(12, 1), id="a minute"),
        pytest.param(at(12, 0), at(18, 0), at(12, 1), id="a change far away"),
        pytest.param(at(17, 59, 30), at(18, 0), at(18, 0), id="a change is near"),
        pytest.param(
            at(23, 59, 30),
            None,
            at(0, 0) + timedelta(days=1),
            id="midnight in Shanghai",
        ),
        pytest.param(at(0, 0), None, at(0, 1), id="just after midnight"),
    ],
)
def test_a_page_lives_until_it_would_read_differently(drawn_at, next_change, ends):
    assert (
        end_of_life(drawn_at=drawn_at, lifetime=MINUTE, next_change=next_change) == ends
    )


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param({"utm": "1", "font": "large"}, "", id="nothing that counts"),
        pytest.param({"q": "路", "page": "2"}, "page=2&q=%E8%B7%AF", id="in one order"),
        pytest.param({"q": "a&page=9"}, "q=a%26page%3D9", id="nothing slips out"),
    ],
)
def test_only_queries_that_count_make_another_page(asked, counts):
    assert query_that_counts(asked, ("q", "page")) == counts


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("gzip;q=0.8", True),
        ("gzip; q=0", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_compressed_pages_go_to_those_who_can_read_them(said, accepted):
    assert accepts_gzip(said) is accepted
