"""Before the night: panels and criteria from the rule sheet, seats, recusals, the draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.cards import Card, new_card, pin_hash, token_hash
from voting.judging.errors import JudgingError
from voting.judging.models import (
    Criterion,
    Draw,
    Night,
    Panel,
    Recusal,
    Round,
    Seat,
    SeatKind,
    Turn,
)
from voting.log.models import Kind
from voting.log.services import append
from voting.rules import draw
from voting.rules.reading import Refused
from voting.rules.rule_sheet import RoundRule, RuleSheet

_FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class _RoundPlan:
    code: str
    name: str
    panels: list[str]
    criteria: list[dict[str, Any]]


def _plan(
    document: Mapping[str, Any], hints: Mapping[str, str]
) -> tuple[dict[str, str], list[_RoundPlan]]:
    """Panels (code: name) and rounds out of a rule sheet: the only place that knows its form."""
    try:
        rules = RuleSheet.from_json(document)
    except Refused as error:
        raise JudgingError("计分规则读不懂，没有建现场评比会：" + str(error)) from error
    if not rules.panels or not rules.rounds:
        raise JudgingError(
            "计分规则里还没有评委组或轮次，没有建现场评比会。请先在规则里写好。"
        )
    return (
        {panel.code: panel.name for panel in rules.panels},
        [
            _RoundPlan(
                round_rule.code,
                round_rule.name,
                [panel.code for panel in rules.panels_of(round_rule)],
                _criteria(round_rule, hints),
            )
            for round_rule in rules.rounds
        ],
    )


def _criteria(round_rule: RoundRule, hints: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "code": criterion.code,
            "name": criterion.name,
            "hint": hints.get(criterion.code, ""),
            "order": order,
            "minimum": _decimal(criterion.minimum),
            "maximum": _decimal(criterion.maximum),
            "step": _decimal(criterion.step),
        }
        for order, criterion in enumerate(round_rule.criteria, start=1)
    ]


def _decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if exact != exact.quantize(_FOUR_PLACES):
        raise JudgingError(
            f"规则里的分值 {value} 写不成四位以内的小数，评委没法打。请改规则。"
        )
    return exact


@transaction.atomic
def set_up_night(
    *,
    by: User | None,
    contest: Contest,
    document: Mapping[str, Any],
    now: datetime,
    hints: Mapping[str, str] | None = None,
    presenting_seconds: int = 300,
    marking_seconds: int = 180,
    shows_scores: bool = True,
) -> Night:
    """Make panels, rounds and criteria from the rule sheet's document.

    Until the running order is drawn it may be called again, with a changed rule sheet.
    ``hints`` maps a criterion's code to what a judge should look at.
    """
    panels, rounds = _plan(document, hints or {})
    night, _ = Night.objects.get_or_create(contest=contest)
    night = _unopened(night)
    if Turn.objects.of_night(night).exists():
        raise JudgingError(
            "出场顺序已经抽出，评委组、轮次和评分项不能再改。什么都没有改变。"
        )
    night.shows_scores = shows_scores
    night.save(update_fields=["shows_scores"])
    made = _set_panels(night, panels)
    _set_rounds(
        night,
        rounds,
        made,
        presenting_seconds=presenting_seconds,
        marking_seconds=marking_seconds,
    )
    trail.record(
        by=by,
        action="night.set_up",
        subject=night,
        sentence=f"按计分规则建立现场评比会：{len(panels)} 个评委组，{len(rounds)} 轮",
        now=now,
    )
    return night


def _set_panels(night: Night, panels: Mapping[str, str]) -> dict[str, Panel]:
    gone = night.panels.exclude(code__in=panels)
    if Seat.objects.filter(panel__in=gone).exists():
        raise JudgingError(
            "新的规则里没有了已经有席位的评委组，没有改变。请先核对规则。"
        )
    for round_ in night.rounds.all():
        round_.panels.clear()
    gone.delete()
    return {
        code: night.panels.update_or_create(
            code=code, defaults={"name": name, "order": order}
        )[0]
        for order, (code, name) in enumerate(panels.items(), start=1)
    }


def _set_rounds(
    night: Night,
    rounds: list[_RoundPlan],
    panels: Mapping[str, Panel],
    **seconds: int,
) -> None:
    Criterion.objects.filter(round__night=night).delete()
    night.rounds.exclude(code__in=[plan.code for plan in rounds]).delete()
    for order, plan in enumerate(rounds, start=1):
        round_, _ = night.rounds.update_or_create(
            code=plan.code, defaults={"name": plan.name, "order": order} | seconds
        )
        round_.panels.set([panels[code] for code in plan.panels])
        for fields in plan.criteria:
            Criterion.objects.create(round=round_, **fields)


@transaction.atomic
def add_seat(
    *,
    by: User | None,
    night: Night,
    panel: str,
    code: str,
    name: str,
    now: datetime,
    organisation: str = "",
    place: str = "",
    kind: SeatKind = SeatKind.OFFICIAL,
    card: Card | None = None,
) -> tuple[Seat, Card]:
    """Give a judge a place in the panel of that code. The card is handed out once.

    Only a practice contest may bring its own card: a demo prints it.
    """
    night = _unopened(night)
    if card is not None and not night.contest.practice:
        raise JudgingError("正式活动的席卡只能由系统生成。没有添加席位。")
    chosen = night.panels.filter(code=panel).first()
    if chosen is None:
        raise JudgingError(f"没有代号是“{panel}”的评委组，没有添加席位。")
    card = card or new_card()
    hashed = token_hash(card.token)
    seat = Seat(
        night=night,
        panel=chosen,
        code=code,
        name=name,
        organisation=organisation,
        place=place,
        kind=kind,
        card_hash=hashed,
        pin_hash=pin_hash(hashed, card.pin),
    )
    seat.full_clean()
    seat.save()
    trail.record(
        by=by,
        action="seat.added",
        subject=seat,
        sentence=f"添加席位 {seat}（{chosen}，{seat.get_kind_display()}）",
        now=now,
    )
    return seat, card


@transaction.atomic
def record_recusal(
    *, by: User | None, seat: Seat, entry: Entry, reason: str, now: datetime
) -> Recusal:
    """Write down that a seat does not mark an entry. Only before the draw."""
    night = _unopened(seat.night)
    if Draw.objects.filter(round__night=night).exists():
        raise JudgingError("回避只能在抽签之前登记。抽签已经完成，没有登记。")
    if entry.contest_id != night.contest_id:
        raise JudgingError("这个单位不在这次活动里，没有登记。")
    recusal = Recusal(seat=seat, entry=entry, reason=reason.strip(), recorded_at=now)
    recusal.full_clean()
    recusal.save()
    trail.record(
        by=by,
        action="recusal.recorded",
        subject=recusal,
        sentence=f"{seat} 回避 {entry}：{recusal.reason}",
        now=now,
    )
    return recusal


@transaction.atomic
def set_running_order(
    *, by: User | None, round_: Round, seed: str, now: datetime
) -> Draw:
    """Draw the order of a round from the list of its entries and a seed made in public."""
    night = _unopened(round_.night)
    entries = list(
        Entry.objects.filter(contest=night.contest)
        .standing(now)
        .select_related("unit")
        .in_number_order()
    )
    if not entries:
        raise JudgingError("还没有入围的单位，没有抽签。")
    title = f"{night.contest} {round_} 出场顺序"
    lines = [(entry.plate, entry.unit.name) for entry in entries]
    if not draw.is_seed(seed):
        raise JudgingError(
            "种子是 8 到 200 个数字或英文字母，中间没有空格。没有抽签，请重新填写。"
        )
    listed = draw.list_text(title, lines)
    try:
        with transaction.atomic():
            drawn = Draw.objects.create(
                round=round_,
                title=title,
                listed=listed,
                list_hash=draw.list_hash(listed),
                seed=seed,
                drawn_at=now,
            )
    except IntegrityError as error:
        raise JudgingError("这一轮已经抽过签，顺序不能再改。") from error
    by_plate = {entry.plate: entry for entry in entries}
    Turn.objects.bulk_create(
        Turn(round=round_, entry=by_plate[lot.number], order=order)
        for order, lot in enumerate(draw.draw(title, lines, seed), start=1)
    )
    trail.record(
        by=by,
        action="order.drawn",
        subject=drawn,
        sentence=f"{round_}抽签定序，{len(entries)} 个单位",
        now=now,
        details={"list_hash": drawn.list_hash, "seed": seed},
    )
    Night.objects.raise_revision(night.pk)
    append(
        contest=night.contest,
        kind=Kind.DRAW,
        statement={
            "title": title,
            "entries": len(entries),
            "list_hash": drawn.list_hash,
            "seed": seed,
        },
        now=now,
    )
    return drawn


def _unopened(night: Night) -> Night:
    """The night, locked; refused once it has opened: what was frozen stays."""
    night = Night.objects.held(night.pk).select_related("contest").get()
    if Stage.NIGHT in night.contest.openings.stages():
        raise JudgingError(
            "现场评比会已经开放，评委组、席位、回避和顺序都已冻结。什么都没有改变。"
        )
    return night
