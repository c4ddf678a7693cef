"""What must hold before the night opens, and what opening freezes."""

from datetime import datetime

from django.db import transaction

from showcase.contests.gates import GateReport
from showcase.contests.models import Contest
from voting.judging.models import Draw, Night, Recusal, Seat
from voting.judging.queries import night_of, turns_of
from voting.judging.setup_queries import follows_the_rules, named_supervisors
from voting.judging.setup_rules import SUPERVISORS_NEEDED
from voting.rulesheets.queries import frozen_rule_sheet


@transaction.atomic
def night_gate(contest: Contest, *, now: datetime) -> GateReport:
    """Rules frozen and followed, two supervisors named, seats in every panel, orders drawn.

    The night is held, so that no seat is added between this look and the opening. Whoever
    only looks lets it go at once.
    """
    rule_sheet = frozen_rule_sheet(contest)
    night = night_of(contest)
    if night is not None:
        night = Night.objects.held(night.pk).select_related("contest").get()
    still_open = [] if rule_sheet else ["计分规则还没有冻结。"]
    if night is None:
        return GateReport([*still_open, "还没有按计分规则建立现场评比会。"])
    still_open += _still_open(night)
    if rule_sheet and not follows_the_rules(night, rule_sheet):
        still_open.append(
            "评委组、轮次或评分项和冻结的计分规则不一样。请在“现场评比会筹备”里按规则重建。"
        )
    if still_open:
        return GateReport(still_open)
    return GateReport(frozen={"rules_hash": rule_sheet.rules_hash} | _frozen(night))


def _still_open(night: Night) -> list[str]:
    seated = set(
        Seat.objects.of_night(night).official().values_list("panel_id", flat=True)
    )
    supervisors = len(named_supervisors(night))
    return [
        *(
            [f"现场监督员要指定至少 {SUPERVISORS_NEEDED} 位，现在是 {supervisors} 位。"]
            if supervisors < SUPERVISORS_NEEDED and not night.contest.practice
            else []
        ),
        *(
            f"“{panel}”还没有正式席位。"
            for panel in night.panels.all()
            if panel.pk not in seated
        ),
        *(
            f"“{round_}”还没有抽签定出场顺序。"
            for round_ in night.rounds.filter(draw=None)
        ),
    ]


def _frozen(night: Night) -> dict[str, object]:
    return {
        "supervisors": [str(user) for user in named_supervisors(night)],
        "seats": [
            {"code": seat.code, "panel": seat.panel.code, "kind": seat.kind}
            for seat in Seat.objects.of_night(night).select_related("panel").in_order()
        ],
        "recusals": [
            {"seat": recusal.seat.code, "number": recusal.entry.number}
            for recusal in Recusal.objects.filter(seat__night=night)
            .select_related("seat", "entry")
            .order_by("seat__code", "entry__number")
        ],
        "draws": [
            {
                "round": drawn.round.code,
                "list_hash": drawn.list_hash,
                "seed": drawn.seed,
            }
            for drawn in Draw.objects.filter(round__night=night)
            .select_related("round")
            .order_by("round__order")
        ],
        "order": [
            {
                "round": turn.round.code,
                "order": turn.order,
                "number": turn.entry.number,
                "unit": turn.entry.unit.name,
            }
            for turn in turns_of(night)
        ],
    }
