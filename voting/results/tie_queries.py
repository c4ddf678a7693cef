"""Reads about equals: which are open, how they were drawn or decided, what the log promised."""

from collections.abc import Iterable, Mapping
from typing import Any

from showcase.contests.models import Contest
from site_cms.trail.models import Proposal
from voting.results.models import Computation, TieDecision, TieLot
from voting.results.promise_models import Promise
from voting.rules.inputs import Decision

SEED, DECISION = "tie.seed", "tie.decision"


def open_ties(computation: Computation) -> list[Mapping[str, Any]]:
    """The groups of equals that nothing has parted, as the outcome has them."""
    return [tie for tie in computation.outcome["ties"] if tie["settled_by"] is None]


def open_list_hashes(computation: Computation) -> list[str]:
    return sorted(tie["list_hash"] for tie in open_ties(computation))


def lots_of(contest: Contest) -> list[TieLot]:
    """In their order, with who threw and who read along."""
    return list(
        TieLot.objects.of_contest(contest)
        .select_related("promise__log_entry", "listed_by", "drawn_by", "confirmed_by")
        .order_by("number")
    )


def latest_lot(contest: Contest) -> TieLot | None:
    return (
        TieLot.objects.of_contest(contest)
        .select_related("promise__log_entry", "listed_by")
        .order_by("-number")
        .first()
    )


def lot_seeds(contest: Contest) -> dict[str, str]:
    """The seed of every list that was drawn. What was drawn once is not drawn again."""
    drawn = TieLot.objects.of_contest(contest).exclude(seed=None).order_by("-number")
    return {
        list_hash: seed
        for seed, hashes in drawn.values_list("seed", "list_hashes")
        for list_hash in hashes
    }


def decisions_of(contest: Contest, *, until: int | None = None) -> list[TieDecision]:
    """Of each group of equals the latest decision, oldest first.

    ``until``: only those before this statement of the log.
    """
    decisions = TieDecision.objects.of_contest(contest)
    if until is not None:
        decisions = decisions.filter(promise__log_entry__number__lt=until)
    latest = {
        frozenset(decision.order): decision
        for decision in decisions.select_related("proposed_by", "confirmed_by")
    }
    return sorted(latest.values(), key=lambda decision: decision.pk)


def decision_inputs(contest: Contest) -> tuple[Decision, ...]:
    return tuple(
        Decision(tuple(each.order), tuple(each.decided_by), each.reason)
        for each in decisions_of(contest)
    )


def seed_proposal(lot: TieLot) -> Proposal | None:
    """The seed that waits for its second person."""
    return (
        Proposal.objects.about(lot)
        .undecided()
        .filter(kind=SEED)
        .select_related("proposed_by")
        .first()
    )


def decision_proposals(contest: Contest) -> list[Proposal]:
    """Decisions about equals that wait for their second person."""
    return list(
        Proposal.objects.about(contest)
        .undecided()
        .filter(kind=DECISION)
        .select_related("proposed_by")
        .order_by("pk")
    )


def names_of(computation: Computation) -> dict[str, str]:
    """Every entry of an outcome as it is called: number and name, by its number."""
    outcome = computation.outcome
    return {
        entry["entry"]: f"{entry['entry']} {entry['name']}"
        for entry in (*outcome["ranking"], *outcome["unranked"])
    }


def told(computation: Computation, plates: Iterable[str]) -> str:
    names = names_of(computation)
    return "、".join(names.get(plate, plate) for plate in plates)


def promises_of(contest: Contest) -> list[dict[str, Any]]:
    """What opens the promises of the log: for the bundle, once the result is public."""
    return [
        {
            "act": "promise",
            "number": promise.log_entry.number,
            "salt": promise.salt,
            "document": promise.document,
        }
        for promise in Promise.objects.of_contest(contest).select_related("log_entry")
    ]
