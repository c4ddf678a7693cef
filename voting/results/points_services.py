"""Points from elsewhere and deductions, put beside votes and marks by two people."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest, Entry
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.log.models import Kind
from voting.results.errors import PointsError
from voting.results.points_models import GivenPoints
from voting.results.points_queries import POINTS, latest_points, points_proposals
from voting.results.promise_services import promise
from voting.results.queries import is_final
from voting.rules import exact
from voting.rules.rule_sheet import ExtraRule
from voting.rulesheets.queries import frozen_rule_sheet

_PLACES = Decimal("0.0001")


@transaction.atomic
def propose_extra(
    *,
    by: User,
    contest: Contest,
    extra: str,
    points: Mapping[str, Decimal | None],
    reason: str,
    evidence: str,
    now: datetime,
) -> Proposal:
    """Ask a second person to give entries (by plate) their points of one extra.

    What is the same as before is left out; None takes points back.
    """
    contest = _open_contest(contest, now)
    rule = _rule(contest, extra)
    before = latest_points(contest, extra)
    changed = {
        plate: value
        for plate, value in points.items()
        if value != (before[plate].points if plate in before else None)
    }
    if not changed:
        raise PointsError("没有哪个单位的分变了，没有提出。")
    for value in changed.values():
        _refuse_bad(value, most=rule.full)
    _refuse_strangers(contest, changed)
    _refuse_while_waiting(contest, extra)
    return _propose(
        by=by,
        contest=contest,
        extra=extra,
        points=changed,
        sentence=f"“{rule.name}”给 {len(changed)} 个单位记分",
        reason=reason,
        evidence=evidence,
        now=now,
    )


@transaction.atomic
def propose_deduction(
    *,
    by: User,
    contest: Contest,
    plate: str,
    points: Decimal,
    reason: str,
    evidence: str,
    now: datetime,
) -> Proposal:
    """Ask a second person to deduct points from one entry. ``reason`` will be published."""
    contest = _open_contest(contest, now)
    _refuse_bad(points, least=_PLACES)
    _refuse_strangers(contest, [plate])
    return _propose(
        by=by,
        contest=contest,
        extra="",
        points={plate: points},
        sentence=f"{plate} 号扣 {exact.plain(Fraction(points))} 分",
        reason=reason,
        evidence=evidence,
        now=now,
    )


@transaction.atomic
def propose_no_deduction(
    *, by: User, given: GivenPoints, reason: str, evidence: str, now: datetime
) -> Proposal:
    """Ask a second person to take a deduction back."""
    contest = _open_contest(given.contest, now)
    if given.extra or GivenPoints.objects.filter(replaces=given).exists():
        raise PointsError("这一项扣分已经不在了，没有提出。")
    plate = given.entry.plate
    return _propose(
        by=by,
        contest=contest,
        extra="",
        points={plate: None},
        sentence=f"取消 {plate} 号扣的 {exact.plain(Fraction(given.points))} 分",
        reason=reason,
        evidence=evidence,
        now=now,
        replaces=given.pk,
    )


@transaction.atomic
def confirm_points(*, by: User, proposal: Proposal, now: datetime) -> list[GivenPoints]:
    """The second person agrees: the points are an input of the next computation.

    However often this is called: each row is replaced once, and each proposal decided once.
    """
    contest = _contest(proposal)
    contest = _open_contest(contest, now)
    asked = proposal.payload
    trail.decide(by=by, proposal=proposal, subject=contest, confirmed=True, now=now)
    entries = {
        entry.plate: entry
        for entry in Entry.objects.filter(contest=contest).shortlisted()
    }
    kept = promise(
        contest=contest,
        kind=Kind.POINTS,
        statement={
            "act": "given",
            "entries": len(asked["points"]),
            "by": [str(proposal.proposed_by), str(by)],
        },
        document={
            "code": asked["extra"],
            "points": asked["points"],
            "reason": proposal.reason,
            "evidence": asked["evidence"],
        },
        now=now,
    )
    before = latest_points(contest, asked["extra"]) if asked["extra"] else {}
    rows = [
        GivenPoints(
            contest=contest,
            entry=entries[plate],
            extra=asked["extra"],
            points=None if value is None else Decimal(value),
            reason=proposal.reason,
            evidence=asked["evidence"],
            replaces_id=asked["replaces"]
            or (before[plate].pk if plate in before else None),
            promise=kept,
            given_at=now,
            proposed_by=proposal.proposed_by,
            confirmed_by=by,
        )
        for plate, value in asked["points"].items()
    ]
    try:
        with transaction.atomic():
            return GivenPoints.objects.bulk_create(rows)
    except IntegrityError as error:
        raise PointsError(
            "提出以后，这些单位的分又变过，这一次没有生效。请看过现在的再提出。"
        ) from error


@transaction.atomic
def reject_points(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. No points are given or taken."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_contest(proposal),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _propose(
    *,
    by: User,
    contest: Contest,
    extra: str,
    points: Mapping[str, Decimal | None],
    sentence: str,
    reason: str,
    evidence: str,
    now: datetime,
    replaces: int | None = None,
) -> Proposal:
    if not evidence.strip():
        raise PointsError("请写明依据：哪一份文件或记录，存在哪里。没有提出。")
    return trail.propose(
        by=by,
        kind=POINTS,
        subject=contest,
        sentence=sentence,
        reason=reason,
        now=now,
        payload={
            "extra": extra,
            "points": {
                plate: None if value is None else exact.plain(Fraction(value))
                for plate, value in points.items()
            },
            "evidence": evidence.strip(),
            "replaces": replaces,
        },
    )


def _open_contest(contest: Contest, now: datetime) -> Contest:
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if frozen_rule_sheet(contest) is None:
        raise PointsError("计分规则还没有冻结，先冻结规则再记分。没有提出。")
    if is_final(contest, now=now):
        raise PointsError(
            "结果已经最终确定，要更正先由两个人重新打开。什么都没有改变。"
        )
    return contest


def _rule(contest: Contest, extra: str) -> ExtraRule:
    rules = frozen_rule_sheet(contest).rules
    found = next((each for each in rules.extras if each.code == extra), None)
    if found is None:
        raise PointsError("规则里没有这个得分项，没有提出。")
    return found


def _refuse_bad(
    value: Decimal | None, *, least: Decimal = Decimal(0), most: Fraction | None = None
) -> None:
    if value is None:
        return
    if value < least or (most is not None and Fraction(value) > most):
        top = f"，不超过 {exact.plain(most)}" if most is not None else ""
        low = "大于 0" if least else "不小于 0"
        raise PointsError(f"分数要{low}{top}，没有提出。")
    if value != value.quantize(_PLACES):
        raise PointsError("分数最多四位小数，没有提出。")


def _refuse_strangers(contest: Contest, plates) -> None:
    known = {
        entry.plate for entry in Entry.objects.filter(contest=contest).shortlisted()
    }
    if unknown := [plate for plate in plates if plate not in known]:
        raise PointsError(f"没有入围的单位：{'、'.join(unknown)}。没有提出。")


def _refuse_while_waiting(contest: Contest, extra: str) -> None:
    if any(each.payload["extra"] == extra for each in points_proposals(contest)):
        raise PointsError("这一项已经有人提出，等第二人答复。没有再提出一次。")


def _contest(proposal: Proposal) -> Contest:
    if proposal.kind != POINTS:
        raise NothingProposed
    return Contest.objects.get(pk=proposal.subject_id)
