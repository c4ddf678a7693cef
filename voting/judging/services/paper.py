"""Paper, the last resort: one person types it, another compares it and cannot edit."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.models import Decision
from voting.judging.errors import (
    AlreadyLocked,
    JudgingError,
    PaperClosed,
    PaperRefused,
    SeatIsRecused,
    TurnNotOpen,
    VersionTaken,
)
from voting.judging.models import Night, Recusal, ScoreSheet, Seat, Source, Turn
from voting.judging.paper_codes import check_code, paper_number, whose_code
from voting.judging.paper_models import PaperSheet
from voting.judging.paper_rules import code_text, read_total, total_problem
from voting.judging.queries import PAPER, marking_is_open, turns_of
from voting.judging.rules import read_marks, sheet_total
from voting.judging.services.marking import (
    locked_turn,
    take_back_absences,
    turn_after_its_night,
)


@transaction.atomic
def enter_paper(
    *,
    by: User,
    turn: Turn,
    seat: Seat,
    code: str,
    marks: Mapping[str, object],
    paper_total: str,
    signed: bool,
    unaltered: bool,
    now: datetime,
    added_wrong: bool = False,
) -> PaperSheet:
    """Keep what stands on a seat's paper, for a second person to compare. Nothing counts yet.

    ``code`` is the check code of the paper in hand. ``added_wrong`` says that the judge's own
    total is not the sum of the marks: the marks are taken.
    """
    turn = locked_turn(turn.pk)
    _must_take_paper(turn, seat, now=now)
    if PaperSheet.objects.waiting().filter(turn=turn, seat=seat).exists():
        raise _waits_already(turn, seat)
    spelled = _read(
        turn,
        seat,
        code=code,
        marks=marks,
        paper_total=paper_total,
        signed=signed,
        unaltered=unaltered,
        added_wrong=added_wrong,
    )
    total, written = sheet_total(spelled.values()), read_total(paper_total)
    proposal = trail.propose(
        by=by,
        kind=PAPER,
        subject=turn,
        sentence=f"录入 {seat} 给 {turn.entry} 的纸质评分表",
        reason=f"纸表 {paper_number(turn, seat)}",
        now=now,
    )
    standing = ScoreSheet.objects.latest().filter(turn=turn, seat=seat).first()
    try:
        with transaction.atomic():
            return PaperSheet.objects.create(
                turn=turn,
                seat=seat,
                version=standing.version + 1 if standing else 1,
                marks=spelled,
                total=total,
                paper_total=written,
                added_wrong=written != total,
                proposal=proposal,
                entered_by=by,
                entered_at=now,
            )
    except IntegrityError as error:
        raise _waits_already(turn, seat) from error


def _must_take_paper(turn: Turn, seat: Seat, *, now: datetime) -> None:
    if turn.is_locked:
        raise AlreadyLocked(
            f"{turn.entry} 已经锁定，没有录。这张纸要计入，请到“锁定后更正”提出，由监督员同意。"
        )
    if turn.opened_at is None or not marking_is_open(turn.round.night, now=now):
        raise TurnNotOpen(
            f"{turn.entry} 还没有开放打分，没有录。请等主持人开放后再录。"
        )
    if not turn.round.panels.filter(pk=seat.panel_id).exists():
        raise JudgingError(f"{seat} 不评这一轮，没有录。")
    if Recusal.objects.filter(seat=seat, entry=turn.entry).exists():
        raise SeatIsRecused(f"{seat} 已登记回避 {turn.entry}，没有录。")


def _waits_already(turn: Turn, seat: Seat) -> JudgingError:
    return JudgingError(
        f"{paper_number(turn, seat)} 已经有人录过，正等第二人核对。没有再录。"
    )


def _read(
    turn: Turn,
    seat: Seat,
    *,
    code: str,
    marks: Mapping[str, object],
    paper_total: str,
    signed: bool,
    unaltered: bool,
    added_wrong: bool,
) -> dict[str, str]:
    """The marks in one spelling, if paper and typing agree in everything."""
    ranges = [criterion.range for criterion in turn.round.criteria.all()]
    spelled, wrong = read_marks(marks, ranges)
    problems = {f"mark-{name}": sentence for name, sentence in wrong.items()}
    if sentence := _code_problem(turn, seat, code):
        problems["code"] = sentence
    if not wrong:
        sentence = total_problem(paper_total, spelled.values(), added_wrong=added_wrong)
        if sentence:
            problems["total"] = sentence
    if not signed:
        problems["signed"] = "纸上没有评委签名的不能录。请先请评委补签，再打勾。"
    if not unaltered:
        problems["unaltered"] = "有涂改的，请评委在旁签字后再打勾。"
    if problems:
        raise PaperRefused(problems)
    return spelled


def _code_problem(turn: Turn, seat: Seat, code: str) -> str:
    typed = code_text(code)
    if typed == check_code(turn, seat):
        return ""
    if not typed:
        return "先录纸表右上角的校验码，防止拿错纸。"
    night = turn.round.night
    found = whose_code(typed, turns_of(night), night.seats.all())
    if found:
        return (
            f"这是 {paper_number(*found)} 那张纸的校验码，不是这一张的。"
            f"请换成 {paper_number(turn, seat)}，或者到那一席去录。"
        )
    return "没有这个校验码。请再看纸表右上角的四个字符。"


@transaction.atomic
def confirm_paper(
    *, by: User, paper: PaperSheet, compared: Iterable[str], now: datetime
) -> ScoreSheet:
    """The second person has compared every line: from here on it is the seat's sheet.

    ``compared`` names each criterion, and ``total``.
    """
    turn, paper = _held(paper)
    left = {*paper.marks, "total"} - set(compared)
    if left:
        raise JudgingError(f"还有 {len(left)} 项没有对。请逐项看着纸对，没有签认。")
    if turn.is_locked:
        raise AlreadyLocked
    trail.decide(by=by, proposal=paper.proposal, subject=turn, confirmed=True, now=now)
    standing = ScoreSheet.objects.latest().filter(turn=turn, seat=paper.seat).first()
    if standing and standing.version >= paper.version:
        raise VersionTaken(
            f"录入之后，{paper.seat} 的设备又交来一版，没有签认。"
            "请问评委以哪一份为准：以设备为准就退回这份纸表；以纸为准请退回后重录。"
        )
    sheet = ScoreSheet.objects.create(
        id=uuid.uuid4(),
        seat=paper.seat,
        turn=turn,
        version=paper.version,
        marks=paper.marks,
        total=paper.total,
        received_at=now,
        source=Source.PAPER,
        proposal=paper.proposal,
    )
    _close(paper, now=now, checked_by=by, sheet=sheet)
    take_back_absences(paper.seat, turn, by=None, now=now)
    Night.objects.raise_revision(turn.round.night_id)
    return sheet


@transaction.atomic
def return_paper(
    *, by: User, paper: PaperSheet, remark: str, now: datetime
) -> Decision:
    """Paper and typing differ: it is typed again. The second person changes nothing."""
    turn, paper = _held(paper)
    decision = trail.decide(
        by=by,
        proposal=paper.proposal,
        subject=turn,
        confirmed=False,
        remark=remark,
        now=now,
    )
    _close(paper, now=now, checked_by=by)
    Night.objects.raise_revision(turn.round.night_id)
    return decision


@transaction.atomic
def take_back_paper(*, by: User, paper: PaperSheet, now: datetime) -> None:
    """Its typist saw a slip before anybody compared it."""
    turn, paper = _held(paper)
    _must_be_its_typist(by, paper)
    _close(paper, now=now)
    trail.record(
        by=by,
        action=f"{PAPER}.taken_back",
        subject=turn,
        sentence=f"撤回：{paper.proposal.sentence}",
        now=now,
        details={"proposal": paper.proposal_id},
    )
    Night.objects.raise_revision(turn.round.night_id)


@transaction.atomic
def remind_of_paper(*, by: User, paper: PaperSheet, now: datetime) -> None:
    """Ask for the second person once more: the sheet moves to the top of their list."""
    turn, paper = _held(paper)
    _must_be_its_typist(by, paper)
    PaperSheet.objects.filter(pk=paper.pk).update(reminded_at=now)
    trail.record(
        by=by,
        action=f"{PAPER}.reminded",
        subject=turn,
        sentence=f"再次提醒核对：{paper.proposal.sentence}",
        now=now,
        details={"proposal": paper.proposal_id},
    )


def _held(paper: PaperSheet) -> tuple[Turn, PaperSheet]:
    """Turn and paper as they are now; two answers to one paper come one after the other."""
    turn = turn_after_its_night(paper.turn_id)
    paper = PaperSheet.objects.select_related(
        "seat", "proposal", "entered_by", "turn__entry"
    ).get(pk=paper.pk)
    if not paper.is_waiting:
        raise PaperClosed
    return turn, paper


def _must_be_its_typist(by: User, paper: PaperSheet) -> None:
    if by.pk != paper.entered_by_id:
        raise JudgingError(
            f"这份纸表是{paper.entered_by}录入的，只有录入的人能这样做。什么都没有改变。"
        )


def _close(paper: PaperSheet, *, now: datetime, **outcome) -> None:
    PaperSheet.objects.filter(pk=paper.pk).update(closed_at=now, **outcome)
