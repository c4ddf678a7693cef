"""A rehearsal: the whole night once more as a practice contest, with cards of its own."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from showcase.contests.services import (
    change_contest,
    create_contest,
    open_stage,
    set_times,
)
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.draw_models import DrawList
from voting.judging.errors import JudgingError
from voting.judging.models import Criterion, Draw, Night, Recusal, Round, Seat, Turn
from voting.judging.rehearsal_models import Rehearsal
from voting.judging.rehearsal_queries import (
    against_rehearsing,
    is_drawn,
    next_number,
)
from voting.judging.services.preparing import add_seat, record_recusal
from voting.log import services as log
from voting.log.models import Kind
from voting.rulesheets.queries import rule_sheet_of
from voting.rulesheets.services import copy_rule_sheet

_HOW = "沿用正式活动已经抽出的顺序，演练时没有再抽。"


@transaction.atomic
def make_rehearsal(
    *,
    by: User | None,
    source: Contest,
    number: int,
    opens_at: datetime,
    keeps_order: bool,
    now: datetime,
) -> Rehearsal:
    """Copy units, entries, rounds, panels, criteria, seats, recusals and rules; no mark, no vote.

    ``number`` is the one that the person saw: pressed twice, one rehearsal is made.
    With ``keeps_order`` the order that was drawn is kept, otherwise the draw is rehearsed too.
    Every seat gets a new card: a card of the rehearsal opens nothing on the real night.
    """
    source = Contest.objects.select_for_update().get(pk=source.pk)
    if still_open := against_rehearsing(source):
        raise JudgingError("".join(still_open) + "没有建演练。")
    if number != next_number(source):
        raise JudgingError(f"第 {number} 次演练已经建好，没有再建一次。")
    night = Night.objects.get(contest=source)
    if keeps_order and not is_drawn(night):
        raise JudgingError("正式的出场顺序还没有抽出，没有建演练。请选“演练时再抽”。")
    copy = _copy_contest(by, source, number, opens_at, now)
    rehearsal = Rehearsal.objects.create(
        contest=copy, source=source, number=number, made_at=now, made_by=by
    )
    trail.record(
        by=by,
        action="rehearsal.made",
        subject=rehearsal,
        sentence=f"建立“{source}”第 {number} 次演练",
        now=now,
        details={"slug": copy.slug, "keeps_order": keeps_order},
    )
    copy_rule_sheet(by=by, rule_sheet=rule_sheet_of(source), contest=copy, now=now)
    _copy_night(by, night, copy, keeps_order=keeps_order, now=now)
    open_stage(contest=copy, stage=Stage.NIGHT, now=now)
    return rehearsal


@transaction.atomic
def hide_rehearsal(*, by: User, rehearsal: Rehearsal, now: datetime) -> Contest:
    """Marking ends, phones and public pages see it no more; every row stays."""
    contest = Contest.objects.select_for_update().get(pk=rehearsal.contest_id)
    if contest.hidden:
        raise JudgingError("这次演练已经收起，没有再做一次。")
    if contest.night_closed_at is None:
        never = (
            {} if Stage.NIGHT in contest.openings.stages() else {"night_opens_at": None}
        )
        set_times(by=by, contest=contest, now=now, night_closed_at=now, **never)
    contest = change_contest(by=by, contest=contest, now=now, hidden=True)
    Night.objects.raise_revision(contest.night.pk)
    return contest


@transaction.atomic
def show_rehearsal(*, by: User, rehearsal: Rehearsal, now: datetime) -> Contest:
    """Take the hiding back, to look at it again. Marking stays ended."""
    contest = Contest.objects.select_for_update().get(pk=rehearsal.contest_id)
    if not contest.hidden:
        raise JudgingError("这次演练没有收起，什么都没有改变。")
    return change_contest(by=by, contest=contest, now=now, hidden=False)


def _copy_contest(
    by: User | None, source: Contest, number: int, opens_at: datetime, now: datetime
) -> Contest:
    ending = f"（第 {number} 次演练）"
    copy = create_contest(
        by=by,
        now=now,
        slug=f"{source.slug[:30]}-drill-{number}",
        name=source.name[: 60 - len(ending)] + ending,
        county=source.county,
        practice=True,
        practice_note=f"第 {number} 次演练，不计入任何成绩",
        finalists=source.finalists,
        flags=source.flags,
        night_opens_at=opens_at,
    )
    for entry in source.entries.shortlisted():
        _copied(entry, contest=copy)
    return copy


def _copied(row: models.Model, **changed: Any) -> models.Model:
    """Another row with the same values, but for what is named."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changed
    }
    return type(row).objects.create(**values | changed)


def _copy_night(
    by: User | None, night: Night, copy: Contest, *, keeps_order: bool, now: datetime
) -> None:
    made = Night.objects.create(contest=copy, shows_scores=night.shows_scores)
    panels = {panel.pk: _copied(panel, night=made) for panel in night.panels.all()}
    rounds = {}
    for round_ in night.rounds.all():
        rounds[round_.pk] = _copied(round_, night=made)
        rounds[round_.pk].panels.set(panels[p.pk] for p in round_.panels.all())
        for criterion in Criterion.objects.filter(round=round_):
            _copied(criterion, round=rounds[round_.pk])
    for named in night.supervisors.all():
        _copied(named, night=made)
    _copy_seats(by, night, made, now)
    if keeps_order:
        for round_ in night.rounds.all():
            _keep_order(by, round_, rounds[round_.pk], now)


def _copy_seats(by: User | None, night: Night, made: Night, now: datetime) -> None:
    entries = {entry.number: entry for entry in made.contest.entries.all()}
    seats = {}
    for seat in Seat.objects.of_night(night).select_related("panel").in_order():
        seats[seat.pk], _ = add_seat(
            by=by,
            night=made,
            panel=seat.panel.code,
            code=seat.code,
            name=seat.name,
            organisation=seat.organisation,
            place=seat.place,
            kind=seat.kind,
            now=now,
        )
    recusals = Recusal.objects.filter(seat__night=night).select_related("entry")
    for recusal in recusals:
        if recusal.entry.number in entries:
            record_recusal(
                by=by,
                seat=seats[recusal.seat_id],
                entry=entries[recusal.entry.number],
                reason=recusal.reason,
                now=now,
            )


def _keep_order(by: User | None, round_: Round, made: Round, now: datetime) -> None:
    """The same list, hash and seed: whoever redoes the draw comes to the same order."""
    entries = {entry.number: entry for entry in made.night.contest.entries.all()}
    latest = DrawList.objects.filter(round=round_).order_by("number").last()
    if latest:
        _copied(latest, round=made, number=1, published_by=by, published_at=now)
    drawn = _copied(Draw.objects.get(round=round_), round=made)
    turns = list(round_.turns.select_related("entry").order_by("order"))
    Turn.objects.bulk_create(
        Turn(round=made, entry=entries[turn.entry.number], order=turn.order)
        for turn in turns
    )
    order = [turn.entry.number for turn in turns]
    trail.record(
        by=by,
        action="order.kept",
        subject=drawn,
        sentence=f"演练沿用{round_}抽出的顺序，{len(order)} 个单位",
        now=now,
        details={"list_hash": drawn.list_hash, "seed": drawn.seed},
    )
    log.append(
        contest=made.night.contest,
        kind=Kind.DRAW,
        statement={
            "act": "drawn",
            "round": made.code,
            "title": drawn.title,
            "entries": len(order),
            "list_hash": drawn.list_hash,
            "seed": drawn.seed,
            "how": _HOW,
            "order": order,
            "by": [str(by)] if by else [],
        },
        now=now,
    )
