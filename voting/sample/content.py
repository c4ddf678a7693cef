"""The sample contest's content as it is written: contest.json and its pictures."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def content() -> dict[str, Any]:
    return json.loads((FOLDER / "contest.json").read_text(encoding="utf-8"))


def picture_file(picture_id: str) -> Path:
    return FOLDER / pictures()[picture_id]["file"]


@cache
def pictures() -> dict[str, dict[str, str]]:
    return {picture["id"]: picture for picture in content()["pictures"]}
