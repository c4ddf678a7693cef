"""The second implementation of the rule book agrees with the engine in every digit.

They share no code. Whatever one of them did wrong alone would show here.
"""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.voting.verify.contests import SEED, random_contest
from voting import verify
from voting.replays import isu
from voting.rules.admission import check
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.rule_sheet import RuleSheet
from voting.rules.validation import validate
from voting.verify import Ranking, difference

CONTESTS = 600
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "judging" / isu.FILE
INVENTED = Path(__file__).resolve().parents[1] / "replays" / "invented" / isu.FILE

Contest = tuple[RuleSheet, Inputs]


def published(sheet: RuleSheet, inputs: Inputs) -> dict:
    """The outcome of the engine as it stands in a bundle."""
    return json.loads(json.dumps(compute(sheet, inputs).to_json()))


def recomputed(sheet: RuleSheet, inputs: Inputs) -> dict:
    """The outcome of the verifier, from nothing but the two documents."""
    documents = json.loads(json.dumps([sheet.to_json(), inputs.to_json()]))
    return Ranking(*documents).outcome()


def first_difference(contest: Contest, told: Contest | None = None):
    """Between what the engine makes of ``contest``, and the verifier of what it is told."""
    made = recomputed(*(told or contest))
    return difference(made, published(*contest), contest[0].shown_places)


@pytest.mark.parametrize("first", range(0, CONTESTS, 100))
def test_both_implementations_agree_on_contests_of_every_kind(first):
    for number in range(first, first + 100):
        contest = random_contest(number)
        assert not validate(contest[0]) + check(*contest), number

        assert first_difference(contest) is None, number


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(INVENTED, id="invented"),
        pytest.param(
            REAL,
            id="real",
            marks=pytest.mark.skipif(
                not REAL.is_file(),
                reason="the published contests are not beside this checkout",
            ),
        ),
    ],
)
def test_both_implementations_agree_on_contests_that_were_judged(path):
    segments = isu.read_segments(path)

    assert segments
    for segment in segments:
        assert first_difference((segment.sheet, segment.inputs)) is None, segment.title


def test_the_contests_are_of_every_kind():
    seen: Counter[str] = Counter()
    for number in range(CONTESTS):
        sheet, inputs = random_contest(number)
        outcome = published(sheet, inputs)
        seen.update(features(sheet, outcome))
    rare = {name: seen[name] for name in FEATURES if seen[name] < 2}

    assert rare == {}


METHODS = ("as_is", "share_of_top", "share_of_total", "min_max", "rank")
FEATURES = {
    *(f"votes {name}" for name in (*METHODS, "floor_and_rank", "none")),
    *(f"form {name}" for name in ("approval", "grades")),
    *(f"how {name}" for name in ("trimmed", "mean", "itself", "closest", "void")),
    *(f"how {name}" for name in ("places",)),
    *(f"state {name}" for name in ("counted", "high", "low", "void", "absent")),
    *(f"state {name}" for name in ("recused", "missing", "partial", "practice")),
    *("state observer", "weight moved", "round void", "votes void", "unranked"),
    *("withdrawn", "tie open", "tie lot", "tie decision", "cut open", "cut clear"),
    *("weighted extra", "added", "deducted", "by criterion", "rounded"),
    *(f"void_panel {name}" for name in ("share", "heir", "void")),
    *(f"void_votes {name}" for name in ("marks_only", "zero", "unranked")),
    *(f"parted by {name}" for name in ("total", "total_exact", "marks", "votes_raw")),
    *(f"parted by {name}" for name in ("panel", "round", "criterion", "first_places")),
}


def features(sheet: RuleSheet, outcome: dict) -> set[str]:
    """What happens somewhere in this contest."""
    seen = {f"void_panel {sheet.void_panel}", f"void_votes {sheet.void_votes}"}
    if sheet.votes:
        seen |= {f"votes {sheet.votes.method}", f"form {sheet.votes.form}"}
    else:
        seen.add("votes none")
    seen |= {f"tie {tie['settled_by'] or 'open'}" for tie in outcome["ties"]}
    if sheet.rounding:
        seen.add("rounded")
    if outcome["cut"]:
        seen.add("cut open" if outcome["cut"]["tied"] else "cut clear")
    seen |= {name for name in ("unranked", "withdrawn") if outcome[name]}
    for entry in (*outcome["ranking"], *outcome["unranked"]):
        seen |= of_entry(sheet, entry)
    return seen


def of_entry(sheet: RuleSheet, entry: dict) -> set[str]:
    seen = {name for name in ("added", "deducted") if entry[name]}
    if entry["parted_by"]:
        seen.add(f"parted by {entry['parted_by'].partition(':')[0]}")
    if any(part["code"].startswith("extra:") for part in entry["parts"]):
        seen.add("weighted extra")
    if sheet.online_weight and entry["votes"]["points"] is None:
        seen.add("votes void")
    for round_ in entry["marks"]["rounds"]:
        if round_["points"] is None:
            seen.add("round void")
        for panel in round_["panels"]:
            if panel["weight_used"]["exact"] not in ("0/1", panel["weight"]["exact"]):
                seen.add("weight moved")
            for each in panel["lines"]:
                seen.add(f"how {each['how']}")
                seen |= {f"state {row['state']}" for row in each["rows"]}
                if each["criterion"]:
                    seen.add("by criterion")
    return seen


# ---------------------------------------------------------------- found out


def found_out(contests, told=lambda sheet, inputs: (sheet, inputs)) -> bool:
    return any(
        first_difference(contest, told(*contest)) is not None for contest in contests
    )


def half_even(value, places):
    return Fraction(round(value * 10**places), 10**places)


def never_closest(order):
    return "closest", 0, 0


def higher_gap(order):
    return verify_closest(order) if len(order) != 3 else ("closest", 1, 0)


def best_place(value, values):
    first = sum(each > value for each in values) + 1
    return first, first


def no_heir(parts, void, heir):
    return joined(parts, "share" if void == "heir" else void, None)


def plain_shares(votes, pool, places):
    total = sum(votes.values()) or 1
    return {
        code: verify.half_up(pool * count / total, places)
        for code, count in votes.items()
    }


def lowest_first(list_hash, seed, number):
    return str(9 - int(drawn(list_hash, seed, number)[0], 16) % 10)


verify_closest, joined, drawn = verify.closest, verify.joined_parts, verify.lot_of


@pytest.mark.parametrize(
    ("name", "sabotage"),
    [
        pytest.param("half_up", half_even, id="a half to the even digit"),
        pytest.param("closest", never_closest, id="no small panels"),
        pytest.param("closest", higher_gap, id="the lower two of three"),
        pytest.param("places_of", best_place, id="the best place for all equals"),
        pytest.param("joined_parts", no_heir, id="no heir of a void panel"),
        pytest.param("shares_of", plain_shares, id="shares that are only rounded"),
        pytest.param("lot_of", lowest_first, id="another lot"),
    ],
)
def test_a_verifier_that_does_an_article_wrong_is_found_out(
    name, sabotage, monkeypatch
):
    monkeypatch.setattr(verify, name, sabotage)

    assert found_out(random_contest(number) for number in range(CONTESTS))


def with_trimming(**fields):
    def change(sheet, inputs):
        panels = tuple(
            replace(panel, trimming=replace(panel.trimming, **fields))
            for panel in sheet.panels
        )
        return replace(sheet, panels=panels), inputs

    return change


def with_rules(**fields):
    return lambda sheet, inputs: (replace(sheet, **fields), inputs)


def with_votes(**fields):
    def change(sheet, inputs):
        votes = sheet.votes and replace(sheet.votes, **fields)
        return replace(sheet, votes=votes), inputs

    return change


def with_inputs(**fields):
    return lambda sheet, inputs: (sheet, replace(inputs, **fields))


def everybody_official(sheet, inputs):
    seats = tuple(replace(seat, kind="official") for seat in inputs.seats)
    return sheet, replace(inputs, seats=seats)


def worst_first(sheet, inputs):
    decisions = tuple(
        replace(each, order=each.order[::-1]) for each in inputs.decisions
    )
    return sheet, replace(inputs, decisions=decisions)


def first_rung_alone(sheet, inputs):
    return replace(sheet, ladder=(sheet.ladder[0], sheet.ladder[-1])), inputs


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(with_rules(rounding={}), id="no rounding"),
        pytest.param(with_rules(void_panel="void"), id="void panels"),
        pytest.param(with_rules(void_round="void"), id="void rounds"),
        pytest.param(with_rules(void_votes="zero"), id="no votes"),
        pytest.param(with_rules(online_weight=Fraction("0.25")), id="a weight"),
        pytest.param(with_rules(place_points=(Fraction(1),)), id="points of places"),
        pytest.param(with_rules(places=4), id="places"),
        pytest.param(with_trimming(drop_high=0), id="the highest"),
        pytest.param(with_trimming(drop_low=0), id="the lowest"),
        pytest.param(with_trimming(at_least=1), id="how many are left"),
        pytest.param(with_trimming(minimum=1), id="least sheets"),
        pytest.param(with_trimming(small="mean"), id="small panels"),
        pytest.param(with_votes(minimum_ratings=1), id="least ratings"),
        pytest.param(with_votes(rank_step=None), id="steps of ranks"),
        pytest.param(with_votes(floor_multiple=Fraction(2)), id="the floor"),
        pytest.param(with_inputs(deductions=()), id="deductions"),
        pytest.param(with_inputs(withdrawals=()), id="who left"),
        pytest.param(with_inputs(recusals=()), id="recusals"),
        pytest.param(with_inputs(absences=()), id="absences"),
        pytest.param(with_inputs(decisions=()), id="decisions"),
        pytest.param(with_inputs(lot_seed=SEED[::-1]), id="the seed"),
        pytest.param(worst_first, id="the order of a decision"),
        pytest.param(everybody_official, id="practice seats"),
        pytest.param(first_rung_alone, id="the ladder"),
    ],
)
def test_an_engine_that_passes_over_a_rule_or_an_act_is_found_out(told):
    assert found_out((random_contest(number) for number in range(CONTESTS)), told)
