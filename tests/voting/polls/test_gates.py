"""What must hold between a poll, its entries and its rule sheet before it opens."""

import pytest

from tests.factories import (
    HOUR,
    NOW,
    RULES,
    make_contest,
    make_entry,
    make_poll,
    make_rule_sheet,
)
from voting.polls.gates import poll_gate

pytestmark = pytest.mark.django_db

GRADES = [
    {"code": "good", "name": "满意", "value": "100"},
    {"code": "fair", "name": "基本满意", "value": "60"},
    {"code": "bad", "name": "不满意", "value": "0"},
    {"code": "unknown", "name": "不了解", "value": None},
]
GRADED = RULES | {"votes": {"method": "as_is", "form": "grades", "grades": GRADES}}
THREE_GRADES = RULES | {"votes": GRADED["votes"] | {"grades": GRADES[1:]}}
OTHER_GRADES = RULES | {
    "votes": GRADED["votes"] | {"grades": [GRADES[0] | {"name": "很好"}, *GRADES[1:]]}
}
WITHOUT_VOTES = {name: part for name, part in RULES.items() if name != "votes"}


def report(*, rules=RULES, entries=3, **fields):
    # A rehearsal does with phones alone; a real poll needs a way without JavaScript too.
    contest = make_contest(practice=True, practice_note="演练")
    for _ in range(entries):
        make_entry(contest=contest)
    make_poll(contest=contest, **fields)
    make_rule_sheet(contest=contest, document=rules, frozen_at=NOW)
    return poll_gate(contest, now=NOW + HOUR)


@pytest.mark.parametrize(
    ("form", "rules"),
    [
        pytest.param("approval", RULES, id="picks"),
        pytest.param("grading", GRADED, id="grades"),
        pytest.param("grading", WITHOUT_VOTES, id="votes that do not count"),
    ],
)
def test_ballots_and_rules_of_one_form_open_the_poll(form, rules):
    assert report(form=form, rules=rules).still_open == []


@pytest.mark.parametrize(
    ("form", "rules", "sentence"),
    [
        pytest.param(
            "grading",
            RULES,
            "选票形式是“给每个单位评满意度”，计分规则是按“选出认可的单位”算的，两边要一样。",
            id="grades for rules of picks",
        ),
        pytest.param(
            "approval",
            GRADED,
            "选票形式是“选出认可的单位”，计分规则是按“给每个单位评满意度”算的，两边要一样。",
            id="picks for rules of grades",
        ),
        pytest.param(
            "grading",
            THREE_GRADES,
            "选票上有 4 档（满意、基本满意、不满意、不了解），"
            "计分规则里有 3 档（基本满意、不满意、不了解），两边要一样。",
            id="a grade without a value",
        ),
        pytest.param(
            "grading",
            OTHER_GRADES,
            "选票上有 4 档（满意、基本满意、不满意、不了解），"
            "计分规则里有 4 档（很好、基本满意、不满意、不了解），两边要一样。",
            id="a grade by another name",
        ),
    ],
)
def test_ballots_that_the_rules_cannot_count_keep_the_poll_shut(form, rules, sentence):
    assert report(form=form, rules=rules).still_open == [sentence]


def test_more_picks_than_entries_are_all_of_them():
    assert report(entries=3, picks_max=10).frozen["poll"]["picks_max"] == 3


def test_more_obligatory_picks_than_entries_keep_the_poll_shut():
    assert report(entries=3, picks_min=4).still_open == [
        "最少要选 4 个，入围单位只有 3 个。"
    ]


@pytest.mark.parametrize(("entries", "is_open"), [(200, True), (201, False)])
def test_a_ballot_holds_up_to_two_hundred_entries(entries, is_open):
    assert (report(entries=entries).still_open == []) is is_open
