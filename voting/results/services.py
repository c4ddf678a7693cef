"""Every change to a result happens here: computing one, and letting one stand and out."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest
from showcase.contests.services import set_times
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.integrity.lists_services import list_closing_group
from voting.log.models import Kind
from voting.log.services import append
from voting.polls.models import Poll
from voting.results.errors import (
    AlreadyPublished,
    Hindrance,
    ResultChanged,
    ResultNotReady,
)
from voting.results.inputs import ballots_told, inputs_of
from voting.results.models import Computation, Publication, Release
from voting.results.notice_services import begin_notice
from voting.results.queries import (
    PUBLISH,
    against_computing,
    against_publishing,
    check_of,
    has_changed,
    latest_computation,
    standing_result,
)
from voting.results.reveal_queries import running_reveal
from voting.results.reveal_services import keep_script
from voting.rules.engine import compute
from voting.rules.influence import influence
from voting.rules.inputs import Inputs
from voting.rules.reading import Refused
from voting.rules.rounding import shown
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import OUTCOME_FORMAT, Outcome
from voting.rules.whatif import compare
from voting.rulesheets.queries import frozen_rule_sheet


@transaction.atomic
def compute_result(*, by: User | None, contest: Contest, now: datetime) -> Computation:
    """Run the engine on what is there, and keep what went in and what came out.

    Nothing new: the latest computation is returned as it is.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if still_open := against_computing(contest, now=now):
        raise ResultNotReady(still_open)
    sheet = frozen_rule_sheet(contest)
    rules = sheet.rules
    inputs = inputs_of(contest, rules, now=now)
    try:
        outcome = compute(rules, inputs)
    except Refused as refused:
        raise ResultNotReady(
            [Hindrance(p.sentence) for p in refused.problems]
        ) from refused
    latest = latest_computation(contest)
    outcome_hash, standing = outcome.hash(), ballots_told(contest, rules, now=now)
    if latest is not None and (latest.outcome_hash, latest.aside.get("standing")) == (
        outcome_hash,
        standing,
    ):
        return latest
    computation = Computation.objects.create(
        contest=contest,
        rule_sheet=sheet,
        computed_at=now,
        computed_by=by,
        engine=OUTCOME_FORMAT,
        inputs=inputs.to_json(),
        inputs_hash=inputs.hash(),
        outcome=outcome.to_json(),
        outcome_hash=outcome_hash,
        aside=_aside(rules, inputs, outcome, standing),
    )
    trail.record(
        by=by,
        action="result.computed",
        subject=computation,
        sentence=f"计算“{contest}”的结果",
        now=now,
        details={
            "rules_hash": sheet.rules_hash,
            "inputs_hash": computation.inputs_hash,
            "outcome_hash": outcome_hash,
        },
    )
    return computation


def _aside(
    rules: RuleSheet,
    inputs: Inputs,
    outcome: Outcome,
    standing: dict[str, Any] | None,
) -> dict[str, Any]:
    """What is told beside the result: other methods, who decided, how many took part."""
    weighed = influence(rules, outcome)
    return {
        "influence": weighed.sentence() if weighed else "",
        "ballots": standing["counted"] if standing else None,
        "standing": standing,
        "seats": sum(seat.kind == "official" for seat in inputs.seats),
        "whatif": [
            {
                "name": column.name,
                "ranks": column.ranks,
                "scores": {
                    code: shown(score, rules.shown_places)
                    for code, score in column.scores.items()
                },
                "entering": column.entering,
                "leaving": column.leaving,
            }
            for column in compare(rules, inputs)
            if not column.refused
        ],
    }


@transaction.atomic
def propose_publication(
    *, by: User, computation: Computation, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to let this result stand as the provisional one."""
    contest = Contest.objects.select_for_update().get(pk=computation.contest_id)
    _refuse_if_published(contest)
    if still_open := against_publishing(computation, now=now):
        raise ResultNotReady(still_open)
    if has_changed(computation, now=now):
        raise ResultChanged
    return trail.propose(
        by=by,
        kind=PUBLISH,
        subject=computation,
        sentence=f"确定“{contest}”的结果",
        reason=reason,
        now=now,
        payload={"outcome_hash": computation.outcome_hash},
    )


@transaction.atomic
def confirm_publication(*, by: User, proposal: Proposal, now: datetime) -> Publication:
    """The second person agrees. What has changed since the proposal stops it.

    However often and by whoever this is called at once: one publication remains.
    """
    computation = computation_proposed(proposal, PUBLISH)
    contest = Contest.objects.select_for_update().get(pk=computation.contest_id)
    _refuse_if_published(contest)
    if still_open := against_publishing(computation, now=now):
        raise ResultNotReady(still_open)
    publication = let_stand(
        by=by, proposal=proposal, computation=computation, revision=0, now=now
    )
    say_result(publication, now=now)
    if not computation.rule_sheet.rules.marks_weight():
        release_result(by=by, contest=contest, now=now)
    return publication


def let_stand(
    *,
    by: User,
    proposal: Proposal,
    computation: Computation,
    revision: int,
    now: datetime,
    reason: str = "",
) -> Publication:
    """The row of a result that a second person agreed to, if it still fits what is there."""
    if has_changed(computation, now=now):
        raise ResultChanged
    trail.decide(by=by, proposal=proposal, subject=computation, confirmed=True, now=now)
    _list_what_is_void(computation.contest, now)
    try:
        with transaction.atomic():
            publication = Publication.objects.create(
                contest=computation.contest,
                computation=computation,
                check_before=check_of(computation),
                revision=revision,
                reason=reason,
                published_at=now,
                proposed_by=proposal.proposed_by,
                confirmed_by=by,
            )
    except IntegrityError as error:
        raise AlreadyPublished from error
    if computation.rule_sheet.rules.marks_weight():
        keep_script(by=by, publication=publication, now=now)
    return publication


def say_result(
    publication: Publication, *, now: datetime, more: dict[str, Any] | None = None
) -> None:
    """Put the hashes of a result into the public log: from now on it cannot be another."""
    computation = publication.computation
    append(
        contest=publication.contest,
        kind=Kind.RESULT,
        statement={
            "rules_hash": computation.rule_sheet.rules_hash,
            "inputs_hash": computation.inputs_hash,
            "outcome_hash": computation.outcome_hash,
            "by": [str(publication.proposed_by), str(publication.confirmed_by)],
        }
        | (more or {}),
        now=now,
    )


@transaction.atomic
def release_result(*, by: User | None, contest: Contest, now: datetime) -> Release:
    """Let everybody read the result that stands: the reveal has ended, or there is none.

    However often and by whoever this is called at once: one release remains.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if standing_result(contest) is None:
        raise ResultNotReady([Hindrance("结果还没有确定。")])
    if running_reveal(contest):
        raise ResultNotReady([Hindrance("现场正在揭晓，揭晓结束时随即公开。")])
    release, is_first = Release.objects.get_or_create(
        contest=contest, defaults={"released_at": now, "released_by": by}
    )
    if is_first:
        trail.record(
            by=by,
            action="result.released",
            subject=release,
            sentence=f"公开“{contest}”的结果",
            now=now,
        )
        begin_notice(by=by, contest=contest, now=now)
        if contest.provisional_at is None or contest.provisional_at > now:
            set_times(by=by, contest=contest, now=now, provisional_at=now)
    return release


def _list_what_is_void(contest: Contest, now: datetime) -> None:
    """With the result picks are opened: the log must then name every one that is void."""
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    if poll and poll.is_opened:
        list_closing_group(poll=poll, now=now, is_last=True)


@transaction.atomic
def reject_publication(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. Nothing stands, nothing becomes public."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=computation_proposed(proposal, PUBLISH),
        confirmed=False,
        remark=remark,
        now=now,
    )


def computation_proposed(proposal: Proposal, kind: str) -> Computation:
    if proposal.kind != kind:
        raise NothingProposed
    return Computation.objects.select_related("contest", "rule_sheet").get(
        pk=proposal.subject_id
    )


def _refuse_if_published(contest: Contest) -> None:
    if Publication.objects.filter(contest=contest).exists():
        raise AlreadyPublished
