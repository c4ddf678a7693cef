"""Seats after they were added: corrected, taken away, given their printed cards."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.cards import Card
from voting.judging.errors import JudgingError
from voting.judging.models import Draw, Night, Seat
from voting.judging.services.devices import reissue_card
from voting.judging.services.preparing import unopened_night


@transaction.atomic
def change_seat(*, by: User | None, seat: Seat, now: datetime, **fields: Any) -> Seat:
    """Correct name, organisation, place, panel or kind. The code is on the printed card."""
    night = unopened_night(seat.night)
    seat = Seat.objects.held(seat.pk).get()
    panel = fields.get("panel")
    if panel is not None and panel.night_id != night.pk:
        raise JudgingError("这个评委组不在这次评比会里，没有改变。")
    trail.save_changes(
        by=by, action="seat.changed", subject=seat, noun="席位", fields=fields, now=now
    )
    return seat


@transaction.atomic
def remove_seat(*, by: User | None, seat: Seat, now: datetime) -> None:
    """Take a place away before the night opens, with its recusals and its card."""
    night = unopened_night(seat.night)
    seat = Seat.objects.held(seat.pk).get()
    recusals = list(seat.recusals.select_related("entry__unit"))
    if recusals and Draw.objects.filter(round__night=night).exists():
        raise JudgingError(
            f"{seat} 登记过回避，已经随抽签公布，不能移除。评委不来，到时记为缺席。"
        )
    trail.record(
        by=by,
        action="seat.removed",
        subject=seat,
        sentence=f"移除席位 {seat}（{seat.panel}，{seat.get_kind_display()}）",
        now=now,
        details={
            "code": seat.code,
            "recusals": [
                {"number": each.entry.number, "reason": each.reason}
                for each in recusals
            ],
        },
    )
    seat.recusals.all().delete()
    seat.devices.all().delete()
    seat.delete()


@transaction.atomic
def issue_cards(
    *,
    by: User,
    night: Night,
    seats: Collection[Seat],
    replaces: bool,
    now: datetime,
) -> list[tuple[Seat, Card]]:
    """New cards and PINs to be printed at once. Cards that were printed before are dead,
    so ``replaces`` says that this is meant: a colleague may have printed just now.

    Once the night is open only one at a time: a whole panel would lose its devices. A
    rehearsal may open as it is made, so its first cards are printed together all the same.
    """
    night = Night.objects.held(night.pk).select_related("contest").get()
    is_first = night.contest.practice and not any(seat.carded_at for seat in seats)
    is_open = Stage.NIGHT in night.contest.openings.stages()
    if is_open and len(seats) > 1 and not is_first:
        raise JudgingError(
            "现场评比会已经开放，席卡只能一张一张换发：整批换发会让在座的评委都要重新就座。"
            "没有换发。"
        )
    chosen = {seat.pk for seat in seats}
    found = list(
        night.seats.filter(pk__in=chosen).select_related("panel", "night").in_order()
    )
    if not found or len(found) != len(chosen):
        raise JudgingError("选的席位有变动，没有印。请回到席卡页，看过再印。")
    if not replaces and any(seat.carded_at for seat in found):
        raise JudgingError(
            "有席卡刚刚被别人印过，没有再印，印好的照常有用。请看过最新的再选。"
        )
    made = [(seat, reissue_card(by=by, seat=seat, now=now)) for seat in found]
    Seat.objects.filter(pk__in=chosen).update(carded_at=now)
    return made
