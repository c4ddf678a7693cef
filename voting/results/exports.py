"""The published result as data: the same values that the pages show, with their hashes."""

from typing import Any

from django.urls import reverse

from voting.results.page_queries import Result


def result_export(result: Result) -> dict[str, Any]:
    """With the engine's inputs where the rule sheet lets the pages tell all of them.

    What was hashed is behind ``files`` in any case.
    """
    export = _head(result) | {
        "standings": [
            {
                "rank": row.rank,
                "entry": row.plate,
                "name": row.name,
                "score": row.score,
                "exact": row.exact,
                "flag": row.has_flag,
            }
            for row in result.table.rows
        ],
        "outcome": result.outcome,
    }
    if not result.tells_all:
        return export
    computation = result.computation
    return export | {
        "inputs": computation.inputs,
        "whatif": computation.aside["whatif"],
    }


def entry_export(result: Result, plate: str) -> dict[str, Any] | None:
    """One entry's trace, or None: no such entry in what is told."""
    for entry in (*result.outcome["ranking"], *result.outcome["unranked"]):
        if entry["entry"] == plate:
            return _head(result) | {"entry": entry}
    return None


def _head(result: Result) -> dict[str, Any]:
    publication, computation = result.publication, result.computation
    contest, final = result.contest, result.finalisation
    return {
        "contest": contest.name,
        "practice": contest.practice,
        "revision": publication.revision,
        "reason": publication.reason,
        "published_at": publication.published_at.isoformat(),
        "proposed_by": str(publication.proposed_by),
        "confirmed_by": str(publication.confirmed_by),
        "final": final
        and {
            "finalised_at": final.finalised_at.isoformat(),
            "proposed_by": str(final.proposed_by),
            "confirmed_by": str(final.confirmed_by),
        },
        "computed_at": computation.computed_at.isoformat(),
        "engine": computation.engine,
        "sha256": {
            "rules": computation.rule_sheet.rules_hash,
            "inputs": computation.inputs_hash,
            "outcome": computation.outcome_hash,
        },
        "files": {
            "rules": reverse("voting:rules_json", args=[contest.slug]),
            "inputs": reverse("voting:result_inputs", args=[contest.slug]),
            "outcome": reverse("voting:result_outcome", args=[contest.slug]),
            "bundle": reverse("voting:log_bundle", args=[contest.slug]),
        },
    }
