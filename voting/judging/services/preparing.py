"""Before the night: panels and criteria from the rule sheet, seats, recusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from showcase.contests.models import Contest, Entry
from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import ReasonMissing
from voting.judging.cards import Card, new_card, pin_hash, token_hash
from voting.judging.draw_models import DrawList
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
    presenting_seconds: int | None = None,
    marking_seconds: int | None = None,
    shows_scores: bool | None = None,
) -> Night:
    """Make panels, rounds and criteria from the rule sheet's document.

    Until the running order is drawn it may be called again, with a changed rule sheet: what
    is not given here stays as it was. ``hints`` maps a criterion's code to what a judge
    should look at.
    """
    panels, rounds = _plan(document, hints or {})
    night, _ = Night.objects.get_or_create(contest=contest)
    night = unopened_night(night)
    if Turn.objects.of_night(night).exists():
        raise JudgingError(
            "出场顺序已经抽出，评委组、轮次和评分项不能再改。什么都没有改变。"
        )
    if shows_scores is not None:
        night.shows_scores = shows_scores
        night.save(update_fields=["shows_scores"])
    made = _set_panels(night, panels)
    seconds = {
        "presenting_seconds": presenting_seconds,
        "marking_seconds": marking_seconds,
    }
    given = {name: value for name, value in seconds.items() if value is not None}
    _set_rounds(night, rounds, made, **given)
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
    gone = night.rounds.exclude(code__in=[plan.code for plan in rounds])
    if DrawList.objects.filter(round__in=gone).exists():
        raise JudgingError(
            "新的规则里没有了已经公布抽签名单的轮次，没有改变。请先核对规则。"
        )
    Criterion.objects.filter(round__in=gone).delete()
    gone.delete()
    for order, plan in enumerate(rounds, start=1):
        round_, _ = night.rounds.update_or_create(
            code=plan.code, defaults={"name": plan.name, "order": order} | seconds
        )
        round_.panels.set([panels[code] for code in plan.panels])
        _set_criteria(round_, plan.criteria)


def _set_criteria(round_: Round, criteria: list[dict[str, Any]]) -> None:
    """A hint that is not given stays: the rule sheet knows none."""
    hints = dict(round_.criteria.values_list("code", "hint"))
    round_.criteria.all().delete()
    for fields in criteria:
        hint = fields["hint"] or hints.get(fields["code"], "")
        Criterion.objects.create(round=round_, **fields | {"hint": hint})


@transaction.atomic
def change_round(
    *,
    by: User | None,
    round_: Round,
    now: datetime,
    hints: Mapping[str, str] | None = None,
    **seconds: int,
) -> Round:
    """How long to present and to mark, and what judges should look at. Until the night opens.

    ``seconds`` are ``presenting_seconds`` and ``marking_seconds``, ``hints`` go by criterion.
    """
    unopened_night(round_.night)
    round_ = Round.objects.get(pk=round_.pk)
    trail.save_changes(
        by=by,
        action="round.changed",
        subject=round_,
        noun="轮次",
        fields=seconds,
        now=now,
    )
    for criterion in round_.criteria.filter(code__in=hints or {}):
        trail.save_changes(
            by=by,
            action="criterion.changed",
            subject=criterion,
            noun="评分项",
            fields={"hint": hints[criterion.code]},
            now=now,
        )
    return round_


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
    night = unopened_night(night)
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
    night = unopened_night(seat.night)
    _refuse_after_the_draw(night)
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
def take_back_recusal(
    *, by: User | None, recusal: Recusal, reason: str, now: datetime
) -> None:
    """A seat marks the entry after all: it was written down by mistake. Only before the draw."""
    night = unopened_night(recusal.seat.night)
    _refuse_after_the_draw(night)
    if not reason.strip():
        raise ReasonMissing
    trail.record(
        by=by,
        action="recusal.taken_back",
        subject=recusal,
        sentence=f"取消 {recusal.seat} 对 {recusal.entry} 的回避：{reason.strip()}"[
            :400
        ],
        now=now,
        details={"seat": recusal.seat.code, "number": recusal.entry.number},
    )
    recusal.delete()


def _refuse_after_the_draw(night: Night) -> None:
    if Draw.objects.filter(round__night=night).exists():
        raise JudgingError("回避只能在抽签之前登记。抽签已经完成，没有登记。")


def unopened_night(night: Night) -> Night:
    """The night, locked; refused once it has opened: what was frozen stays."""
    night = Night.objects.held(night.pk).select_related("contest").get()
    if Stage.NIGHT in night.contest.openings.stages():
        raise JudgingError(
            "现场评比会已经开放，评委组、席位、回避和顺序都已冻结。什么都没有改变。"
        )
    return night
