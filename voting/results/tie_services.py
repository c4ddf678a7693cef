"""Equals are parted: by a seed thrown in public, or by named people. Two people for each.

The lists come first and are promised in the log without a name; whoever publishes them
cannot know the seed, and whoever reads the dice cannot change the lists.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.log.models import Kind
from voting.log.services import append
from voting.results.errors import ResultNotReady, TieChanged, TieError
from voting.results.models import Computation, TieDecision, TieLot
from voting.results.promise_services import promise
from voting.results.queries import (
    against_settling,
    has_changed,
    is_final,
    latest_computation,
    of_ties,
)
from voting.results.tie_queries import (
    DECISION,
    SEED,
    decision_proposals,
    latest_lot,
    lots_of,
    open_list_hashes,
    open_ties,
    seed_proposal,
)
from voting.rules import draw

_BAD_SEED = "种子是 8 到 200 个数字或英文字母。没有改变，请对着现场的骰子重新键入。"


@transaction.atomic
def publish_tie_lists(*, by: User, computation: Computation, now: datetime) -> TieLot:
    """Fix who is equal with whom, and promise it in the log, while nobody knows a seed.

    Lists that were published before are replaced, until their seed has been read.
    """
    contest = _settled_but_for_ties(computation, now)
    if computation.rule_sheet.rules.ladder[-1] != "lot":
        raise TieError("规则的最后一级不是抽签，由具名人员裁定。没有公布名单。")
    hashes = open_list_hashes(computation)
    if not hashes:
        raise TieError("现在没有分不出先后的单位，不用抽签。什么都没有改变。")
    previous = latest_lot(contest)
    if previous and previous.seed is None:
        if seed_proposal(previous):
            raise TieError("种子已经读出来，名单不能再换。请第二人先答复。")
        if previous.list_hashes == hashes:
            raise TieError("这些名单已经公布过，没有再公布一次。可以当众产生种子了。")
    number = previous.number + 1 if previous else 1
    lot = TieLot.objects.create(
        contest=contest,
        number=number,
        computation=computation,
        list_hashes=hashes,
        listed_at=now,
        listed_by=by,
        promise=promise(
            contest=contest,
            kind=Kind.TIE,
            statement={"act": "list", "lists": len(hashes), "by": [str(by)]},
            document=hashes,
            now=now,
        ),
    )
    trail.record(
        by=by,
        action="tie.listed",
        subject=lot,
        sentence=f"公布同分抽签的名单校验值，{len(hashes)} 组",
        now=now,
        details={"list_hashes": hashes},
    )
    return lot


@transaction.atomic
def propose_tie_seed(
    *, by: User, lot: TieLot, seed: str, how: str, now: datetime
) -> Proposal:
    """Write down the seed that was thrown in public, and ``how``. Another person reads it too."""
    lot = _undrawn(lot, now)
    if not draw.is_seed(seed):
        raise TieError(_BAD_SEED)
    if seed_proposal(lot):
        raise TieError("已经有人键入了种子，等第二人答复。没有再记一次。")
    return trail.propose(
        by=by,
        kind=SEED,
        subject=lot,
        sentence="同分抽签的种子",
        reason=how,
        now=now,
        payload={"seed": seed},
    )


@transaction.atomic
def confirm_tie_seed(
    *, by: User, proposal: Proposal, typed: str, now: datetime
) -> TieLot:
    """The second person has read the same seed: the next computation parts the equals with it."""
    lot = _undrawn(_lot(proposal), now)
    seed = proposal.payload["seed"]
    if typed != seed:
        raise TieError(
            "您键入的种子和第一个人键入的不一样，没有抽签。请两个人都再对着骰子看一遍；"
            "是第一个人键错了，就选“不同意”退回。"
        )
    trail.decide(by=by, proposal=proposal, subject=lot, confirmed=True, now=now)
    drawn = TieLot.objects.filter(pk=lot.pk, seed=None).update(
        seed=seed, drawn_at=now, drawn_by=proposal.proposed_by, confirmed_by=by
    )
    if not drawn:
        raise TieError("这些名单已经抽过签，没有再抽。")
    append(
        contest=lot.contest,
        kind=Kind.TIE,
        statement={
            "act": "drawn",
            "list": lot.promise.log_entry.number,
            "seed": seed,
            "how": proposal.reason,
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )
    lot.refresh_from_db()
    return lot


@transaction.atomic
def reject_tie_seed(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person has read another seed, or saw something wrong. Nothing is drawn."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_lot(proposal),
        confirmed=False,
        remark=remark,
        now=now,
    )


@transaction.atomic
def propose_tie_decision(
    *,
    by: User,
    computation: Computation,
    order: Sequence[str],
    decided_by: Sequence[str],
    reason: str,
    now: datetime,
) -> Proposal:
    """Write down in which order named people put equals, best first. Another person confirms.

    ``decided_by`` are the names as they shall be read, ``reason`` is published with them.
    """
    contest = _settled_but_for_ties(computation, now)
    order, decided_by = list(order), [name.strip() for name in decided_by]
    if computation.rule_sheet.rules.ladder[-1] != "open":
        raise TieError("规则的最后一级是抽签，不由人裁定。没有记下。")
    _refuse_another_group(computation, order)
    if not all(decided_by) or not decided_by:
        raise TieError("请写明是谁裁定的，姓名会公开。没有记下。")
    if any(
        set(waiting.payload["order"]) == set(order)
        for waiting in decision_proposals(contest)
    ):
        raise TieError("这一组的裁定已经有人提出，等第二人答复。没有再记一次。")
    return trail.propose(
        by=by,
        kind=DECISION,
        subject=contest,
        sentence=f"同分裁定，先后为 {'、'.join(order)} 号",
        reason=reason,
        now=now,
        payload={
            "order": order,
            "decided_by": decided_by,
            "computation": computation.pk,
        },
    )


@transaction.atomic
def confirm_tie_decision(*, by: User, proposal: Proposal, now: datetime) -> TieDecision:
    """The second person agrees: the order is an input of the next computation."""
    contest = _contest(proposal, now)
    computation = latest_computation(contest)
    order = proposal.payload["order"]
    if computation.pk != proposal.payload["computation"]:
        raise TieChanged
    _refuse_another_group(computation, order)
    trail.decide(by=by, proposal=proposal, subject=contest, confirmed=True, now=now)
    return TieDecision.objects.create(
        contest=contest,
        order=order,
        decided_by=proposal.payload["decided_by"],
        reason=proposal.reason,
        decided_at=now,
        proposed_by=proposal.proposed_by,
        confirmed_by=by,
        promise=promise(
            contest=contest,
            kind=Kind.TIE,
            statement={
                "act": "decided",
                "by": [str(proposal.proposed_by), str(by)],
            },
            document={
                "order": order,
                "by": proposal.payload["decided_by"],
                "reason": proposal.reason,
            },
            now=now,
        ),
    )


@transaction.atomic
def reject_tie_decision(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The equals stay equal."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_contest(proposal, now),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _settled_but_for_ties(computation: Computation, now: datetime) -> Contest:
    """The contest, locked; refused while anything may still change who is equal with whom."""
    contest = Contest.objects.select_for_update().get(pk=computation.contest_id)
    _refuse_if_final(contest, now)
    ties = {hindrance.sentence for hindrance in of_ties(computation)}
    still_open = [
        hindrance
        for hindrance in against_settling(computation, now=now)
        if hindrance.sentence not in ties
    ]
    if still_open:
        raise ResultNotReady(still_open)
    if has_changed(computation, now=now):
        raise TieChanged
    return contest


def _undrawn(lot: TieLot, now: datetime) -> TieLot:
    """The lot after every other act on its contest, if its lists are the ones that are open."""
    contest = Contest.objects.select_for_update().get(pk=lot.contest_id)
    _refuse_if_final(contest, now)
    lot = next(each for each in lots_of(contest) if each.pk == lot.pk)
    if lot.seed is not None:
        raise TieError("这些名单已经抽过签，不能再抽。什么都没有改变。")
    computation = latest_computation(contest)
    if (
        latest_lot(contest) != lot
        or open_list_hashes(computation) != lot.list_hashes
        or has_changed(computation, now=now)
    ):
        raise TieChanged(
            "公布名单以后，同分的单位变了，没有抽签。请重新计算，再公布一次名单。"
        )
    return lot


def _refuse_another_group(computation: Computation, order: Sequence[str]) -> None:
    """The order is of one whole group of equals: an open one, or one decided before."""
    groups = [set(tie["entries"]) for tie in open_ties(computation)]
    groups += [
        set(tie["entries"])
        for tie in computation.outcome["ties"]
        if tie["settled_by"] == "decision"
    ]
    if len(set(order)) != len(order) or set(order) not in groups:
        raise TieChanged("写的不是恰好一组同分的单位，没有记下。请从列出的里面排先后。")


def _refuse_if_final(contest: Contest, now: datetime) -> None:
    if is_final(contest, now=now):
        raise TieError("结果已经最终确定，要更正先由两个人重新打开。什么都没有改变。")


def _lot(proposal: Proposal) -> TieLot:
    if proposal.kind != SEED:
        raise NothingProposed
    return TieLot.objects.select_related("contest").get(pk=proposal.subject_id)


def _contest(proposal: Proposal, now: datetime) -> Contest:
    if proposal.kind != DECISION:
        raise NothingProposed
    contest = Contest.objects.select_for_update().get(pk=proposal.subject_id)
    _refuse_if_final(contest, now)
    return contest
