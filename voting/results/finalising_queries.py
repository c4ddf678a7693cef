"""Reads about final results: what keeps one back, and what waits for its second person."""

from datetime import datetime

from django.urls import reverse

from showcase.contests.models import Contest
from site_cms.trail.models import Proposal
from voting.judging.queries import night_of
from voting.results.errors import Hindrance
from voting.results.hindrance_queries import (
    of_proposals_about_entries,
    of_the_desks,
    of_the_poll,
)
from voting.results.models import Finalisation, Publication
from voting.results.notice_queries import against_final
from voting.results.queries import (
    check_of,
    finalisation_of,
    is_final,
    latest_computation,
    of_points,
    of_ties,
    release_of,
    reopening_of,
    standing_result,
)
from voting.results.revising_queries import revise_proposal

FINALISE, REOPEN = "result.finalise", "result.reopen"


def against_finalising(
    publication: Publication | None, *, now: datetime
) -> list[Hindrance]:
    """Everything that keeps the result that stands from being final, whole and in order."""
    if publication is None:
        return [Hindrance("结果还没有确定。")]
    contest, computation = publication.contest, publication.computation
    rules, night = computation.rule_sheet.rules, night_of(contest)
    return [
        *_of_the_release(contest, now),
        *_of_the_notice(contest, now),
        *of_the_poll(contest, rules, now),
        *(of_the_desks(night) if night and rules.marks_weight() else []),
        *of_proposals_about_entries(contest),
        *of_points(contest),
        *of_ties(computation),
        *_of_the_publication(publication),
    ]


def _of_the_release(contest: Contest, now: datetime) -> list[Hindrance]:
    if release_of(contest, now=now):
        return []
    return [_manage(contest, "结果还没有公开，没有人能提异议。", "去公开")]


def _of_the_notice(contest: Contest, now: datetime) -> list[Hindrance]:
    if release_of(contest, now=now) is None:
        return []
    desk = reverse("voting:objections_desk", args=[contest.slug])
    return [
        Hindrance(sentence, desk, "看公示和异议")
        for sentence in against_final(contest, now=now)
    ]


def _of_the_publication(publication: Publication) -> list[Hindrance]:
    """The verifier agreed, and no correction is on its way."""
    contest, computation = publication.contest, publication.computation
    found = []
    check = check_of(computation)
    if check is None or not check.agrees:
        found.append(
            _manage(contest, "核对程序没有核对过这份结果，或者不一致。", "看核对")
        )
    latest = latest_computation(contest)
    if latest.outcome_hash != computation.outcome_hash:
        found.append(
            _manage(
                contest,
                "后来又计算过，得数和公布的不一样：请更正结果，或者查清原因再算一次。",
                "看最新的计算",
            )
        )
    if proposal := revise_proposal(contest):
        found.append(_manage(contest, f"等第二人决定：{proposal.sentence}。", "去决定"))
    return found


def _manage(contest: Contest, sentence: str, link: str) -> Hindrance:
    return Hindrance(
        sentence, reverse("voting:results_manage", args=[contest.slug]), link
    )


def final_of(contest: Contest, *, now: datetime) -> Finalisation | None:
    """The final result in force; None: not final, or opened again since."""
    if not is_final(contest, now=now):
        return None
    found = finalisation_of(standing_result(contest))
    return None if reopening_of(found) else found


def finalise_proposal(contest: Contest) -> Proposal | None:
    """The proposal about the result that stands which waits for its second person."""
    return _waiting(standing_result(contest), FINALISE)


def reopen_proposal(contest: Contest) -> Proposal | None:
    return _waiting(finalisation_of(standing_result(contest)), REOPEN)


def _waiting(subject: Publication | Finalisation | None, kind: str) -> Proposal | None:
    if subject is None:
        return None
    return (
        Proposal.objects.about(subject)
        .undecided()
        .filter(kind=kind)
        .select_related("proposed_by")
        .last()
    )
