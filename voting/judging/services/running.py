"""The night as host and supervisor run it: on stage, open, locked, closed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from showcase.contests import services as contests
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.models import Decision, Proposal
from voting.judging.errors import (
    AlreadyLocked,
    JudgingError,
    NightNotReady,
    NotComplete,
)
from voting.judging.models import Night, ScoreSheet, Turn, TurnLock
from voting.judging.outlier_queries import outliers_waiting, sheets_far_off
from voting.judging.paper_models import PaperSheet
from voting.judging.queries import (
    LOCK,
    lock_asked,
    marked_together,
    marking_is_open,
    may_be_marked_together,
    next_turn,
    seat_lines,
    seats_missing,
)
from voting.judging.rules import SeatState
from voting.judging.services.marking import locked_turn, turn_after_its_night
from voting.judging.services.public import say_locked

MORE_SECONDS = 30
_MOST_TIME_ADDED = 3600


@transaction.atomic
def call_turn(
    *, by: User, night: Night, now: datetime, expected_id: int | None = None
) -> Turn:
    """Bring the next entry on stage. The one before it must be locked, unless it withdrew.

    ``expected_id`` is the turn that the host believes to be next. Calling the one that is on
    stage already changes nothing; expecting another one is refused.
    """
    night = _running(night, now=now)
    if expected_id is not None and expected_id == night.current_turn_id:
        return night.current_turn
    left = _left_on_stage(night.current_turn, now)
    if left:
        raise JudgingError(f"{left[0].entry} 还没有锁定，不能请下一个单位上台。")
    turn = next_turn(night, now=now)
    if turn is None:
        raise JudgingError("所有单位都已出场。")
    if expected_id not in {None, turn.pk}:
        raise JudgingError(f"下一个应是 {turn.entry}，请看清再按。什么都没有改变。")
    turn.called_at = now
    turn.save(update_fields=["called_at"])
    _keep_waiting_for(night.current_turn, turn)
    _put_on_stage(night, turn)
    _record(by, turn, "turn.called", f"{turn.entry} 上台", now)
    return turn


def _left_on_stage(current: Turn | None, now: datetime) -> list[Turn]:
    """What must be locked before the next entry comes."""
    if current is None:
        return []
    return [
        turn
        for turn in marked_together(current)
        if turn.called_at is not None
        and not turn.is_locked
        and not turn.entry.is_gone(now)
        and not (turn.marked_with_id and turn.opened_at is None)
    ]


def _keep_waiting_for(current: Turn | None, following: Turn) -> None:
    """The partner of an entry withdrew: it is marked with whoever comes instead."""
    if current is None:
        return
    Turn.objects.unlocked().filter(
        Q(pk=current.pk, marked_with__isnull=False) | Q(marked_with=current),
        opened_at=None,
    ).exclude(marked_with=following).update(marked_with=following)


def _put_on_stage(night: Night, turn: Turn | None) -> None:
    night.current_turn = turn
    night.save(update_fields=["current_turn"])


@transaction.atomic
def take_back_call(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Undo a call by mistake. Honest only until marking opens."""
    night = _running(turn.round.night, now=now)
    turn = _on_stage(night, turn)
    if turn.opened_at is not None:
        raise JudgingError(f"{turn.entry} 已经开放打分，先收回开放，再撤回上台。")
    if turn.marked_with_id is not None:
        raise JudgingError(f"{turn.entry} 已说好和下一个一起打分，先改为单独打分。")
    before = (
        Turn.objects.of_night(night)
        .exclude(pk=turn.pk)
        .filter(called_at__isnull=False)
        .order_by("-called_at", "-pk")
        .first()
    )
    turn.called_at = turn.clock_held_at = None
    turn.clock_added = 0
    turn.save(update_fields=["called_at", "clock_held_at", "clock_added"])
    _put_on_stage(night, before)
    _record(by, turn, "turn.call_taken_back", f"{turn.entry} 撤回上台", now)
    return turn


@transaction.atomic
def mark_with_next(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Let the judges hear the next entry before they mark this one, then mark both."""
    night = _running(turn.round.night, now=now)
    turn = _on_stage(night, turn)
    following = next_turn(night, now=now)
    if turn.opened_at is not None or not may_be_marked_together(turn, following):
        raise JudgingError("只有一轮里最先的两个单位，在开放打分之前可以一起打分。")
    turn.marked_with = following
    turn.save(update_fields=["marked_with"])
    _record(
        by,
        turn,
        "turn.marked_with_next",
        f"{turn.entry} 等 {following.entry} 汇报后一起打分",
        now,
    )
    return turn


@transaction.atomic
def mark_alone(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Take "together" back, while the second entry is not on stage."""
    night = _running(turn.round.night, now=now)
    turn = _on_stage(night, turn)
    if turn.marked_with_id is not None:
        turn.marked_with = None
        turn.save(update_fields=["marked_with"])
        _record(by, turn, "turn.marked_alone", f"{turn.entry} 改为单独打分", now)
    return turn


def _on_stage(night: Night, turn: Turn) -> Turn:
    """The row, held, if it is on stage and not locked."""
    turn = locked_turn(turn.pk)
    if turn.pk != night.current_turn_id:
        raise JudgingError(f"{turn.entry} 不在台上，什么都没有改变。")
    if turn.is_locked:
        raise AlreadyLocked
    return turn


@transaction.atomic
def open_turn(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Let the judges mark the entry on stage, and the one that waited to be marked with it.

    Opening an open one changes nothing.
    """
    night = _running(turn.round.night, now=now)
    turn = _held_together(turn)
    if turn.pk != night.current_turn_id:
        raise JudgingError(f"{turn.entry} 不在台上，没有开放打分。")
    if turn.is_locked:
        raise AlreadyLocked
    if turn.marked_with_id is not None:
        _wait_no_longer(turn, night, now)
    for each in marked_together(turn):
        if each.opened_at is None and not each.entry.is_gone(now):
            each.opened_at = now
            each.clock_held_at = None
            each.clock_added = 0
            each.save(update_fields=["opened_at", "clock_held_at", "clock_added"])
            _record(by, each, "turn.opened", f"{each.entry} 开放打分", now)
    return locked_turn(turn.pk)


def _wait_no_longer(turn: Turn, night: Night, now: datetime) -> None:
    """Nobody is left to be marked with it: those who would have come withdrew."""
    if next_turn(night, now=now) is not None:
        raise JudgingError(f"{turn.entry} 要和下一个一起打分，请先请下一个上台。")
    turn.marked_with = None
    turn.save(update_fields=["marked_with"])


def _held_together(turn: Turn) -> Turn:
    """The row and the one marked with it, both held, always in the same order."""
    for each in marked_together(turn):
        locked_turn(each.pk)
    return locked_turn(turn.pk)


@transaction.atomic
def take_back_opening(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Undo an opening by mistake. Honest only while no sheet has come in."""
    _running(turn.round.night, now=now)
    turn = _held_together(turn)
    if turn.is_locked:
        raise AlreadyLocked
    together = marked_together(turn)
    if ScoreSheet.objects.filter(turn__in=together).exists():
        raise JudgingError("已经有评委交了评分表，不能再收回开放。")
    for each in together:
        if each.opened_at is not None:
            each.opened_at = None
            each.save(update_fields=["opened_at"])
            _record(
                by, each, "turn.opening_taken_back", f"{each.entry} 收回开放打分", now
            )
    return locked_turn(turn.pk)


@transaction.atomic
def hold_clock(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Stop the countdown. Holding a held one changes nothing; nobody is kept from marking."""
    turn = _with_a_clock(turn, now)
    if turn.clock_held_at is None:
        turn.clock_held_at = now
        turn.save(update_fields=["clock_held_at"])
        _record(by, turn, "turn.clock_held", f"{turn.entry} 计时暂停", now)
    return turn


@transaction.atomic
def run_clock(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Let the countdown go on from where it was held."""
    turn = _with_a_clock(turn, now)
    if turn.clock_held_at is not None:
        turn.clock_added += round((now - turn.clock_held_at).total_seconds())
        turn.clock_held_at = None
        turn.save(update_fields=["clock_held_at", "clock_added"])
        _record(by, turn, "turn.clock_run", f"{turn.entry} 计时继续", now)
    return turn


@transaction.atomic
def give_more_time(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Half a minute more, for this entry alone."""
    turn = _with_a_clock(turn, now)
    if turn.clock_added >= _MOST_TIME_ADDED:
        raise JudgingError("这个单位已经多给了一个小时，不能再加。")
    turn.clock_added += MORE_SECONDS
    turn.save(update_fields=["clock_added"])
    _record(by, turn, "turn.time_given", f"{turn.entry} 多给 {MORE_SECONDS} 秒", now)
    return turn


def _with_a_clock(turn: Turn, now: datetime) -> Turn:
    night = _running(turn.round.night, now=now)
    return _on_stage(night, turn)


@transaction.atomic
def request_lock(*, by: User, turn: Turn, now: datetime) -> Proposal:
    """Ask the supervisor to lock the entry on stage. Asking twice leaves one request."""
    _running(turn.round.night, now=now)
    turn = locked_turn(turn.pk)
    _must_be_complete(turn, now=now)
    asked = lock_asked(turn)
    if asked:
        return asked
    _must_have_asked_outliers(turn)
    proposal = trail.propose(
        by=by,
        kind=LOCK,
        subject=turn,
        sentence=f"锁定 {turn.entry} 的打分",
        reason=_count_sentence(turn, now=now),
        now=now,
    )
    Night.objects.raise_revision(turn.round.night_id)
    return proposal


@transaction.atomic
def take_back_request(*, by: User, turn: Turn, now: datetime) -> Turn:
    """The host sends it to the supervisor later. Honest until the supervisor has answered."""
    _running(turn.round.night, now=now)
    turn = locked_turn(turn.pk)
    asked = lock_asked(turn)
    if asked is None:
        raise JudgingError("监督员已经答复，或者还没有送签，没有什么可撤回。")
    turn.recalled_request = asked
    turn.save(update_fields=["recalled_request"])
    _record(by, turn, "turn.request_taken_back", f"{turn.entry} 撤回送签", now)
    return turn


@transaction.atomic
def confirm_lock(*, by: User, proposal: Proposal, now: datetime) -> TurnLock:
    """The second person agrees: the latest sheet of every seat stands from here on."""
    turn = _turn_of(proposal)
    _must_stand(proposal, turn)
    _must_be_complete(turn, now=now)
    trail.decide(by=by, proposal=proposal, subject=turn, confirmed=True, now=now)
    lock = TurnLock.objects.create(
        turn=turn,
        proposal=proposal,
        asked_by=proposal.proposed_by,
        confirmed_by=by,
        locked_at=now,
    )
    Night.objects.raise_revision(turn.round.night_id)
    say_locked(turn, by=[lock.asked_by, by], now=now)
    return lock


@transaction.atomic
def reject_lock(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person sends it back, with the reason. Judges may go on changing."""
    turn = _turn_of(proposal)
    _must_stand(proposal, turn)
    decision = trail.decide(
        by=by,
        proposal=proposal,
        subject=turn,
        confirmed=False,
        remark=remark,
        now=now,
    )
    Night.objects.raise_revision(turn.round.night_id)
    return decision


@transaction.atomic
def note_scores_shown(*, by: User, turn: Turn, now: datetime) -> Turn:
    """Remember that the hall has seen the scores of a locked entry."""
    night = Night.objects.held(turn.round.night_id).get()
    turn = locked_turn(turn.pk)
    if not turn.is_locked:
        raise JudgingError("还没有锁定，不能亮分。")
    if turn.pk != night.current_turn_id:
        _put_on_stage(night, turn)
    if turn.shown_at is None:
        turn.shown_at = now
        turn.save(update_fields=["shown_at"])
        _record(by, turn, "turn.scores_shown", f"大屏亮出 {turn.entry} 的得分", now)
    return turn


@transaction.atomic
def close_night(*, by: User, night: Night, now: datetime) -> Night:
    """End marking for good, when every entry is locked."""
    night = _running(night, now=now)
    left = Turn.objects.of_night(night).unlocked().standing(now).count()
    if left:
        raise JudgingError(f"还有 {left} 个单位没有锁定，不能结束评分。")
    contests.set_times(by=by, contest=night.contest, now=now, night_closed_at=now)
    Night.objects.raise_revision(night.pk)
    return Night.objects.select_related("contest").get(pk=night.pk)


def _running(night: Night, *, now: datetime) -> Night:
    """The night, locked: acts of two hosts come one after the other."""
    night = (
        Night.objects.held(night.pk)
        .select_related("contest", "current_turn__entry__unit", "current_turn__lock")
        .get()
    )
    if not marking_is_open(night, now=now):
        raise NightNotReady
    return night


def _turn_of(proposal: Proposal) -> Turn:
    if proposal.kind != LOCK or proposal.subject_type != Turn._meta.label:
        raise JudgingError("这不是一份锁定打分的请求。")
    return turn_after_its_night(int(proposal.subject_id))


def _must_stand(proposal: Proposal, turn: Turn) -> None:
    if turn.has_recalled(proposal):
        raise JudgingError("主持人已经撤回这次送签，没有锁定。请等再次送来。")


def _must_be_complete(turn: Turn, *, now: datetime) -> None:
    if turn.is_locked:
        raise AlreadyLocked
    if turn.opened_at is None:
        raise JudgingError(f"{turn.entry} 还没有开放打分，不能锁定。")
    missing = seats_missing(turn, now=now)
    if missing:
        names = "、".join(str(line.seat) for line in missing[:6])
        more = f"等 {len(missing)} 席" if len(missing) > 6 else ""
        raise NotComplete(f"还差 {names}{more}，不能锁定。请等他们交来，或记为缺席。")
    papers = PaperSheet.objects.waiting().filter(turn=turn).select_related("seat")
    if papers:
        names = "、".join(str(paper.seat) for paper in papers)
        raise NotComplete(f"{names} 的纸表还没有核对，不能锁定。请等第二人签认或退回。")


def _must_have_asked_outliers(turn: Turn) -> None:
    """Every judge concerned was asked once, and has answered or is waited for no more."""
    is_checked = turn.outliers_checked_at is not None
    if outliers_waiting(turn) if is_checked else sheets_far_off(turn):
        raise NotComplete("离群提示还没有答复，没有送签。请等评委答复，或者不再等。")


def _count_sentence(turn: Turn, *, now: datetime) -> str:
    states = [line.state for line in seat_lines(turn, now=now) if line.seat.is_official]
    return (
        f"{len(states)} 席：已收 {states.count(SeatState.RECEIVED)}，"
        f"缺席 {states.count(SeatState.ABSENT)}，回避 {states.count(SeatState.RECUSED)}"
    )


def _record(by: User, turn: Turn, action: str, sentence: str, now: datetime) -> None:
    trail.record(by=by, action=action, subject=turn, sentence=sentence, now=now)
    Night.objects.raise_revision(turn.round.night_id)
