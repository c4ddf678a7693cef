"""The sample's judged night, and the marks given on it."""

import random
from datetime import datetime, timedelta
from typing import Any

from showcase.contests.models import Contest, Entry
from site_cms.accounts.models import User
from voting.judging.models import Night, Recusal, Seat, Turn
from voting.judging.queries import night_of
from voting.judging.services.drawing import confirm_seed, propose_seed, publish_list
from voting.judging.services.naming import name_supervisors
from voting.judging.services.practice import import_practice_sheets
from voting.judging.services.preparing import (
    add_seat,
    record_recusal,
    set_up_night,
)
from voting.rulesheets.models import RuleSheet
from voting.sample.jury import CriterionScale, panel_leniency, sheet_marks
from voting.sample.people import keep_cards
from voting.sample.timetable import DemoStage, moment
from voting.stage.models import Scene
from voting.stage.services import make_show, show_scene

# The public seed of the sample's draw: twenty digits, as ten-sided dice give them.
_SEED = "31415926535897932384"
# On the demo's night so many units are already locked; the next one is on stage.
_TURNS_LOCKED = 9


def add_night(
    sample: dict[str, Any],
    contest: Contest,
    rule_sheet: RuleSheet,
    entries: dict[str, Entry],
    *,
    people: dict[str, User],
    first_day: datetime,
) -> Night:
    by, now = people["guanli"], moment(first_day, -3, "10:00")
    night = set_up_night(
        by=by,
        contest=contest,
        document=rule_sheet.document,
        hints={criterion["key"]: criterion["hint"] for criterion in sample["criteria"]},
        presenting_seconds=480,
        now=now,
    )
    name_supervisors(
        by=by, night=night, users=[people["jiandu"], people["jiandu2"]], now=now
    )
    seats, cards = {}, {}
    for panel in sample["panels"]:
        for written in panel["seats"]:
            seats[written["code"]], cards[written["code"]] = add_seat(
                by=by,
                night=night,
                panel=panel["key"],
                code=written["code"],
                name=written["name"],
                organisation=written["organisation"],
                now=now,
            )
    keep_cards(cards)
    for recusal in sample["recusals"]:
        record_recusal(
            by=by,
            seat=seats[recusal["seat"]],
            entry=entries[recusal["entry"]],
            reason=recusal["reason"],
            now=now,
        )
    _draw(night, by=people["zhuchi"], confirmed_by=people["jiandu"], now=now)
    make_show(night=night)
    return night_of(contest)


def _draw(night: Night, *, by: User, confirmed_by: User, now: datetime) -> None:
    published = publish_list(
        by=by,
        round_=night.rounds.get(),
        recusals=Recusal.objects.filter(seat__night=night).count(),
        now=now,
    )
    proposal = propose_seed(
        by=by,
        published=published,
        seed=_SEED,
        how="十面骰子掷 20 次，各单位代表在场，县电视台录像。",
        now=now,
    )
    confirm_seed(by=confirmed_by, proposal=proposal, typed=_SEED, now=now)


def add_sheets(
    sample: dict[str, Any],
    contest: Contest,
    night: Night,
    *,
    stage: DemoStage,
    people: dict[str, User],
) -> None:
    """The judges' marks, in the running order, as far as the evening has come."""
    simulation = sample["simulation"]
    round_ = night.rounds.get()
    criteria = [
        CriterionScale(criterion.code, criterion.maximum, criterion.step)
        for criterion in round_.criteria.all()
    ]
    seats = list(night.seats.select_related("panel"))
    bent = panel_leniency([seat.code for seat in seats], seed=simulation["seed"])
    recused = {(r["seat"], r["entry"]) for r in sample["recusals"]}
    turns = list(round_.turns.select_related("entry").order_by("order"))
    if stage == DemoStage.NIGHT:
        turns = turns[: _TURNS_LOCKED + 1]
    rng = random.Random(simulation["seed"])
    sheets = {
        (seat.code, turn.entry.number): sheet_marks(
            quality=simulation["entries"][turn.entry.plate]["quality"] / 100,
            leniency=bent[seat.code]
            + simulation["panel_leniency_points"][seat.panel.code] / 100,
            criteria=criteria,
            rng=rng,
        )
        for turn in turns
        for seat in seats
        if (seat.code, turn.entry.plate) not in recused
        and not (stage == DemoStage.NIGHT and _still_thinking(seat, turn))
    }
    turns = import_practice_sheets(
        by=people["zhuchi"],
        confirmed_by=people["jiandu"],
        round_=round_,
        sheets=sheets,
        began_at=contest.night_opens_at,
        now=contest.night_opens_at,
        each=timedelta(minutes=5),
    )
    if stage == DemoStage.NIGHT:
        show_scene(
            by=people["zhuchi"],
            night=night_of(contest),
            scene=Scene.ENTRY,
            now=turns[-1].called_at,
        )


def _still_thinking(seat: Seat, turn: Turn) -> bool:
    """On the demo's night every third seat has not yet marked the unit on stage."""
    return turn.order == _TURNS_LOCKED + 1 and int(seat.code[1:]) % 3 == 0
