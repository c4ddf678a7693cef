"""The published result as data: the same values that the pages show, with their hashes."""

from typing import Any

from django.urls import reverse

from voting.results.models import Publication


def result_export(publication: Publication) -> dict[str, Any]:
    computation = publication.computation
    return _head(publication) | {
        "inputs": computation.inputs,
        "outcome": computation.outcome,
        "whatif": computation.aside["whatif"],
    }


def entry_export(publication: Publication, plate: str) -> dict[str, Any] | None:
    """One entry's trace, or None: no such entry in this result."""
    outcome = publication.computation.outcome
    for entry in (*outcome["ranking"], *outcome["unranked"]):
        if entry["entry"] == plate:
            return _head(publication) | {"entry": entry}
    return None


def _head(publication: Publication) -> dict[str, Any]:
    computation, slug = publication.computation, publication.contest.slug
    return {
        "contest": publication.contest.name,
        "practice": publication.contest.practice,
        "published_at": publication.published_at.isoformat(),
        "proposed_by": str(publication.proposed_by),
        "confirmed_by": str(publication.confirmed_by),
        "computed_at": computation.computed_at.isoformat(),
        "engine": computation.engine,
        "sha256": {
            "rules": computation.rule_sheet.rules_hash,
            "inputs": computation.inputs_hash,
            "outcome": computation.outcome_hash,
        },
        "files": {
            "rules": reverse("voting:rules_json", args=[slug]),
            "inputs": reverse("voting:result_inputs", args=[slug]),
            "outcome": reverse("voting:result_outcome", args=[slug]),
        },
    }
