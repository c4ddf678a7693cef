from dataclasses import replace
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from showcase.contests.models import Contest, Entry
from tests.factories import (
    NOW,
    RULES,
    make_decided_contest,
    make_final_result,
    make_publication,
    make_unit,
)
from voting.results.history_queries import editions_by_year, years_of
from voting.results.history_rules import Year, compared, fingerprint

ONE = Year(
    "a",
    "甲",
    2025,
    "07",
    rules="x",
    of=20,
    rank=5,
    score=Fraction(80),
    score_shown="80",
)
TWO = replace(ONE, slug="b", contest="乙", year=2026, rank=2, score=Fraction(321, 4))


def changes(*years: Year) -> list[tuple[str, str]]:
    return [(each.rank_change, each.score_change) for each in compared(years)]


@pytest.mark.parametrize(
    ("later", "told"),
    [
        pytest.param(TWO, ("比 2025 年进 3 名", "比 2025 年多 0.25 分"), id="better"),
        pytest.param(
            replace(TWO, rank=9, score=Fraction(70)),
            ("比 2025 年退 4 名", "比 2025 年少 10.00 分"),
            id="worse",
        ),
        pytest.param(
            replace(TWO, rank=5, score=Fraction(80)),
            ("和 2025 年相同", "和 2025 年相同"),
            id="the same",
        ),
        pytest.param(
            replace(TWO, rules="y"),
            ("比 2025 年进 3 名", "和 2025 年的计分规则不同，得分不能比"),
            id="another rule sheet",
        ),
        pytest.param(
            replace(TWO, rank=None, score=None), ("", ""), id="no rank that year"
        ),
    ],
)
def test_a_year_beside_the_one_before(later, told):
    assert changes(ONE, later) == [told, ("", "")]


def test_years_come_newest_first_whatever_their_order():
    assert [each.year.year for each in compared([TWO, ONE])] == [2026, 2025]


def test_rules_are_the_same_when_they_count_alike():
    rules = RULES

    assert fingerprint(rules) == fingerprint(rules | {"title": "另一年的计分规则"})
    assert fingerprint(rules) != fingerprint(rules | {"shown_places": 3})


def address(name: str, *more) -> str:
    return reverse(f"voting:{name}", args=more)


def text(response) -> str:
    return response.content.decode()


def published(**fields) -> Contest:
    return make_publication(make_decided_contest(**fields)).contest


@pytest.mark.django_db
def test_the_archive_tells_who_had_a_flag_each_year(client):
    first = make_final_result(make_decided_contest(name="第一届")).publication
    winner = first.contest.entries.get(
        number=int(first.computation.outcome["cut"]["inside"][0])
    )

    page = text(client.get(address("archive")))

    assert "第一届" in page
    assert f'href="{address("unit_years", winner.unit.code)}">{winner.unit}</a>' in page
    assert "最终结果" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"practice": True, "practice_note": "演练"}, id="practice"),
        pytest.param({"hidden": True}, id="hidden"),
    ],
)
def test_what_is_not_real_or_not_shown_is_in_no_archive(client, fields):
    contest = published(name="不该出现的结果", **fields)
    unit = contest.entries.first().unit

    assert editions_by_year(now=NOW) == []
    assert years_of(unit, now=NOW) == []
    assert address("unit_years", unit.code) not in text(client.get(address("archive")))


@pytest.mark.django_db
def test_a_result_that_is_not_released_is_in_no_archive():
    contest = make_decided_contest()

    assert editions_by_year(now=NOW) == []
    assert years_of(contest.entries.first().unit, now=NOW) == []


@pytest.mark.django_db
def test_a_unit_through_two_years(client):
    earlier, later = published(name="上一届"), published(name="这一届")
    unit = earlier.entries.get(number=1).unit
    Entry.objects.filter(contest=later, number=1).update(unit=unit)

    years = [each.year for each in years_of(unit, now=NOW)]
    page = text(client.get(address("unit_years", unit.code)))

    assert {year.contest for year in years} == {"上一届", "这一届"}
    assert {(year.rank, year.of, year.has_flag) for year in years} == {
        (years[0].rank, 3, years[0].has_flag)
    }
    for year in years:
        assert f"{year.score_shown} 分" in page
        assert address("result_entry", year.slug, "01") in page


@pytest.mark.django_db
def test_a_unit_that_never_took_part_has_a_page_too(client):
    unit = make_unit()

    assert "还没有公布过这个单位的评比结果" in text(
        client.get(address("unit_years", unit.code))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["no-such", "9" * 40])
def test_an_unknown_unit_is_not_found(client, code):
    assert client.get(address("unit_years", code)).status_code == 404


@pytest.mark.django_db
def test_the_archive_asks_no_more_for_more_years(client):
    counts = []
    for _ in range(2):
        published()
        with CaptureQueriesContext(connection) as asked:
            client.get(address("archive"))
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db
def test_without_any_result_the_archive_says_so(client):
    assert "还没有正式活动的结果" in text(client.get(address("archive")))
