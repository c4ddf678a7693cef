"""What the trace tells as data: JSON with exact values, from which anybody can add up again."""

import json
from fractions import Fraction

import pytest

from tests.voting.rules.builders import make_inputs, make_panel, make_sheet
from voting.rules.engine import compute
from voting.rules.inputs import Recusal, Seat
from voting.rules.places import exponential_table
from voting.rules.rule_sheet import VotesRule
from voting.rules.trimming import Trimming


def outcome_of(**fields):
    sheet = make_sheet(
        online_weight=Fraction(3, 10),
        votes=VotesRule("share_of_top"),
        panels=(make_panel(trimming=Trimming()),),
        rounding={"total": 2},
        places=1,
        **fields,
    )
    inputs = make_inputs(
        {"a": [90, 80, 85, 86], "b": [70, 70, 71, 72]},
        votes={"a": 2, "b": 3},
        recusals=(Recusal("A4", "a", "本单位"),),
    )
    return compute(sheet, inputs)


def test_the_outcome_is_json_without_floats():
    written = outcome_of().to_json()

    assert json.loads(json.dumps(written)) == written
    assert outcome_of().hash() == outcome_of().hash()


def test_every_number_has_an_exact_and_a_shown_form():
    entry = outcome_of().to_json()["ranking"][0]

    assert entry["total_exact"] == {"exact": "159/2", "shown": "79.50"}
    assert entry["votes"]["facts"] == {"top": {"exact": "3/1", "shown": "3.00"}}
    assert entry["votes"]["points"] == {"exact": "200/3", "shown": "66.67"}


def test_the_rows_name_each_seat_with_its_state_and_marks():
    rows = outcome_of().to_json()["ranking"][0]["marks"]["rounds"][0]["panels"][0][
        "lines"
    ][0]["rows"]

    assert [(row["seat"], row["state"], row["marks"]) for row in rows] == [
        ("A1", "high", {"all": "90"}),
        ("A2", "low", {"all": "80"}),
        ("A3", "counted", {"all": "85"}),
        ("A4", "recused", {"all": "86"}),
    ]


def test_the_exact_values_of_the_json_add_up_to_the_total():
    for entry in outcome_of().to_json()["ranking"]:
        parts = sum(
            Fraction(part["points"]["exact"]) * Fraction(part["weight"]["exact"])
            for part in entry["parts"]
        )
        assert parts == Fraction(entry["total_exact"]["exact"])


def test_the_outcome_names_what_it_was_computed_from():
    outcome = outcome_of()
    written = outcome.to_json()

    assert (written["format"], written["rule_sheet_hash"], written["inputs_hash"]) == (
        "hongqi-outcome/1",
        outcome.rule_sheet_hash,
        outcome.inputs_hash,
    )
    assert written["cut"] == {
        "places": 1,
        "inside": ["a"],
        "tied": [],
        "places_left": 0,
    }


def test_places_and_practice_seats_are_in_the_rows():
    sheet = make_sheet(
        panels=(make_panel(method="places"),), place_points=exponential_table(2)
    )
    seats = (Seat("A1", "A"), Seat("A2", "A", "practice"))

    written = compute(
        sheet, make_inputs({"a": [90, 10], "b": [90, 20]}, seats=seats)
    ).to_json()

    rows = written["ranking"][0]["marks"]["rounds"][0]["panels"][0]["lines"][0]["rows"]
    assert rows == [
        {
            "seat": "A1",
            "state": "counted",
            "total": {"exact": "90/1", "shown": "90.00"},
            "place": [1, 2],
            "points": {"exact": "21923509607/2000000000", "shown": "10.96"},
            "marks": {"all": "90"},
        },
        {
            "seat": "A2",
            "state": "practice",
            "total": {"exact": "10/1", "shown": "10.00"},
            "marks": {"all": "10"},
        },
    ]


def test_an_entry_that_never_took_part_has_no_trace():
    with pytest.raises(KeyError, match="zz"):
        outcome_of().trace("zz")
