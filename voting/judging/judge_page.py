"""What the judge's page is rendered from. The script works on the same payload."""

import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from voting.judging.judge_queries import JudgeView, judge_payload
from voting.judging.models import Device, Seat, Turn
from voting.judging.queries import criteria_payload, plain_total
from voting.judging.rules import sheet_total

# Without a script these sections ask again by themselves.
_WAITING = {"wait", "early", "pending", "taken", "locked", "received", "recused"}


def judge_context(
    *,
    token: str,
    seat: Seat,
    device: Device,
    view: JudgeView,
    section: str = "",
    note: str = "",
    typed: Mapping[str, object] | None = None,
    problems: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """``section`` overrides the state: the greeting, the check without a script, a change."""
    payload = judge_payload(view)
    section = section or ("outlier" if view.outlier else view.state)
    marks = typed if typed is not None else (view.sheet.marks if view.sheet else {})
    rows = _rows(view.turn, marks, problems or {}) if view.turn else []
    return {
        "token": token,
        "seat": seat,
        "device": device,
        "contest": seat.night.contest,
        "payload": payload,
        "payload_json": json.dumps(payload, ensure_ascii=False),
        "section": section,
        "note": note,
        "together": _together(payload),
        "rows": rows,
        "full_marks": _full_marks(view.turn),
        "typed_total": _typed_total(rows),
        "sheet_id": uuid.uuid4(),
        "version": view.sheet.version + 1 if view.sheet else 1,
        "entries": seat.night.contest.entries.shortlisted().count(),
        "next_turn": next(
            (own.turn for own in view.others if own.state == "open"), None
        ),
        "asks_again": section in _WAITING,
    }


def _rows(
    turn: Turn, marks: Mapping[str, object], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        criterion
        | {
            "field": f"mark-{criterion['code']}",
            "title": criterion["name"],
            "value": marks.get(criterion["code"], ""),
            "error": problems.get(criterion["code"], ""),
        }
        for criterion in criteria_payload(turn.round)
    ]


def _together(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns that are open at the same time, in their order."""
    if "others" not in payload:
        return []
    here = {name: payload.get(name) for name in ("state", "turn", "sheet")}
    return sorted(
        [here | {"here": True}, *payload["others"]],
        key=lambda own: own["turn"]["order"],
    )


def _full_marks(turn: Turn | None) -> str:
    if turn is None:
        return ""
    maxima = [criterion["maximum"] for criterion in criteria_payload(turn.round)]
    return f"{sum(map(Decimal, maxima), Decimal(0)):f}"


def _typed_total(rows: list[dict[str, Any]]) -> str:
    marks = {row["code"]: str(row["value"]) for row in rows}
    if not marks or any(row["error"] or not row["value"] for row in rows):
        return ""
    try:
        return plain_total(sheet_total(marks.values()), marks)
    except ArithmeticError:
        return ""


def device_label(user_agent: str) -> str:
    """A word by which host and judge tell two devices apart; nothing is identified by it.

    >>> device_label("Mozilla/5.0 (Linux; Android 13) Mobile MicroMessenger/8")
    '手机（微信）'
    """
    if "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        kind = "平板"
    elif "Mobile" in user_agent or "iPhone" in user_agent:
        kind = "手机"
    else:
        kind = "电脑"
    return f"{kind}（微信）" if "MicroMessenger" in user_agent else kind
