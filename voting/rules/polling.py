"""From valid votes to online points, with the trace."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.rules import votes
from voting.rules.inputs import Entry, Inputs
from voting.rules.places import middle_places
from voting.rules.rounding import at_stage
from voting.rules.rule_sheet import RuleSheet, VotesRule
from voting.rules.trace import VotesTrace


def poll(sheet: RuleSheet, inputs: Inputs) -> dict[str, VotesTrace]:
    """Online points of every active entry; none at all if the sheet has no poll.

    ``points`` None: this entry has no valid result (no votes at all, or too few ratings); what
    then happens to the online weight is the rule sheet's ``void_votes``.
    """
    rule = sheet.votes
    if rule is None:
        return {}
    active = inputs.active()
    measures = {entry.code: _measure(rule, inputs, entry.code) for entry in active}
    valid = {code: measure for code, measure in measures.items() if measure is not None}
    points: Mapping[str, Fraction] = {}
    if _has_votes(rule, valid):
        points = _points(rule, inputs, [e for e in active if e.code in valid], valid)
    elif sheet.void_votes == "zero":
        points = dict.fromkeys(measures, Fraction(0))
    common = _common_facts(rule, valid)
    spread = middle_places(valid)
    return {
        entry.code: VotesTrace(
            rule.method,
            measures[entry.code],
            _counts(rule, inputs, entry.code),
            common | _own_facts(rule, inputs, entry, spread),
            exact := points.get(
                entry.code, Fraction(0) if sheet.void_votes == "zero" else None
            ),
            None if exact is None else at_stage(exact, "votes", sheet.rounding),
        )
        for entry in active
    }


def _measure(rule: VotesRule, inputs: Inputs, entry: str) -> Fraction | None:
    if rule.form == "approval":
        count = inputs.votes.get(entry)
        return None if count is None else Fraction(count)
    counts = inputs.grades.get(entry, {})
    return votes.graded(counts, rule.values(), minimum=rule.minimum_ratings)


def _counts(rule: VotesRule, inputs: Inputs, entry: str) -> Mapping[str, int]:
    if rule.form == "grades":
        return inputs.grades.get(entry, {})
    return {"votes": inputs.votes[entry]} if entry in inputs.votes else {}


def _has_votes(rule: VotesRule, valid: Mapping[str, Fraction]) -> bool:
    """With mean grades as they are, 0 is a result; every other method must have a top."""
    return bool(valid) and (rule.method == "as_is" or any(valid.values()))


def _points(
    rule: VotesRule,
    inputs: Inputs,
    entries: Sequence[Entry],
    valid: Mapping[str, Fraction],
) -> Mapping[str, Fraction]:
    match rule.method:
        case "as_is":
            return valid
        case "share_of_top":
            return votes.share_of_top(valid)
        case "share_of_total":
            return votes.share_of_total(valid, pool=rule.pool, places=rule.unit_places)
        case "min_max":
            return votes.min_max(valid)
        case "rank":
            return votes.rank_points(valid, step=rule.rank_step)
        case "floor_and_rank":
            return votes.floor_and_rank(
                valid,
                {entry.code: floor(rule, entry) for entry in entries},
                floor_points=rule.floor_points,
                rank_share=rule.rank_share,
                reached={
                    e.code: Fraction(_reached(rule, inputs, e.code)) for e in entries
                },
            )


def floor(rule: VotesRule, entry: Entry) -> Fraction:
    """Votes (or ratings) that this entry needs for the floor points."""
    return rule.floor_multiple * (entry.headcount or 0)


def _reached(rule: VotesRule, inputs: Inputs, entry: str) -> int:
    if rule.form == "approval":
        return inputs.votes.get(entry, 0)
    return votes.ratings(inputs.grades.get(entry, {}), rule.values())


def _common_facts(
    rule: VotesRule, valid: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    if not valid:
        return {}
    facts = {
        "share_of_top": {"top": max(valid.values())},
        "share_of_total": {
            "total": sum(valid.values(), Fraction(0)),
            "pool": rule.pool,
        },
        "min_max": {"top": max(valid.values()), "low": min(valid.values())},
        "rank": {"entries": Fraction(len(valid))},
        "floor_and_rank": {"entries": Fraction(len(valid))},
    }
    return facts.get(rule.method, {})


def _own_facts(
    rule: VotesRule, inputs: Inputs, entry: Entry, spread: Mapping[str, tuple[int, int]]
) -> dict[str, Fraction]:
    facts = {}
    if rule.form == "grades":
        facts["ratings"] = Fraction(_reached(rule, inputs, entry.code))
    if rule.method in ("rank", "floor_and_rank") and entry.code in spread:
        first, last = spread[entry.code]
        facts |= {"place": Fraction(first), "place_last": Fraction(last)}
    if rule.method == "floor_and_rank":
        facts |= {
            "floor": floor(rule, entry),
            "reached": Fraction(_reached(rule, inputs, entry.code)),
        }
    return facts
