"""The sample contest's content as it is written: contest.json, candidates.json, pictures."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def content() -> dict[str, Any]:
    """contest.json, with the units that nominate themselves and get no further."""
    return _read("contest.json") | {"candidates": _read("candidates.json")["units"]}


def _read(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def picture_file(picture_id: str) -> Path:
    return FOLDER / pictures()[picture_id]["file"]


@cache
def pictures() -> dict[str, dict[str, str]]:
    return {picture["id"]: picture for picture in content()["pictures"]}


@cache
def hourly_shares() -> list[int]:
    """Ballots in a million for each hour from the poll's opening to its close."""
    arrivals = json.loads((FOLDER / "arrivals.json").read_text(encoding="utf-8"))
    hours = [share for day in arrivals["shares_per_million"] for share in day]
    opens, closes = (
        arrivals[edge]["day"] * 24 + arrivals[edge]["hour"]
        for edge in ("opens", "closes")
    )
    return hours[opens:closes]
