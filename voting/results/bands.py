"""How far a published result has come, in the words that stand on top of it. Pure."""

from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["provisional", "notice", "over", "final", "replaced"]


class Band(NamedTuple):
    kind: Kind
    label: str
    text: str

    @property
    def is_final(self) -> bool:
        return self.kind == "final"


_TOLD: dict[Kind, tuple[str, str]] = {
    "provisional": (
        "拟定结果",
        "两个人核对同意以后公布。公示期满、异议都答复了才定稿。",
    ),
    "notice": (
        "拟定结果，正在公示",
        "公示期内谁都可以提异议，答复完才定稿。",
    ),
    "over": (
        "拟定结果，公示已满",
        "公示期已满，等两个人核对同意后定稿。",
    ),
    "final": (
        "最终结果",
        "公示期已满，两个人核对同意后定稿。此后不再改动。",
    ),
    "replaced": (
        "已经更正的旧版",
        "这一版不再作数，照当时的样子留在这里备查。",
    ),
}


def band(
    *,
    revision: int,
    is_newest: bool,
    notice_closes_at: datetime | None,
    finalised_at: datetime | None,
    now: datetime,
) -> Band:
    """What a result is at ``now``. ``finalised_at``: of this very revision.

    >>> band(revision=2, is_newest=True, notice_closes_at=None, finalised_at=None, now=None).label
    '拟定结果（更正第 2 版）'
    """
    kind: Kind = "provisional"
    if not is_newest:
        kind = "replaced"
    elif finalised_at is not None:
        kind = "final"
    elif notice_closes_at is not None:
        kind = "notice" if now < notice_closes_at else "over"
    label, text = _TOLD[kind]
    which = f"（更正第 {revision} 版）" if revision else ""
    return Band(kind, f"{label}{which}", text)
