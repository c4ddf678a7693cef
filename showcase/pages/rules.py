"""What the address of the list asks for, and what a text must not tell. Plain values only."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from showcase.contests.orders import ORDERS

_NUMBER = re.compile(r"0*(\d{1,3})\s*号?")
_HOUR = 60 * 60

# Below these a cover is blurred on a computer, and a story says nothing.
LEAST_COVER = (1200, 750)
LEAST_STORY = 30

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"(?![\dXx])"
)


def personal_data_in(text: str) -> list[str]:
    """What looks like the number of a person, said in words that do not repeat it.

    >>> personal_data_in("有事打 138 0000 0000")
    ['像是有个人手机号，公开前请删掉或换成单位电话']
    >>> personal_data_in("全县修路 13800000000.5 米，服务 71000 人")
    []
    """
    found = []
    if _MOBILE.search(re.sub(r"\d+\.\d+", "", text)):
        found.append("像是有个人手机号，公开前请删掉或换成单位电话")
    if _IDENTITY.search(text):
        found.append("像是有身份证号，公开前请删掉")
    return found


def order_of_the_hour(now: datetime) -> str:
    """The order of a page that is the same for everybody: another one each hour."""
    return ORDERS[int(now.timestamp()) // _HOUR % len(ORDERS)]


def order_in(params: Mapping[str, str]) -> str | None:
    """The order that an address or a cookie asks for, if there is such an order."""
    name = params.get("order", "")
    return name if name in ORDERS else None


@dataclass(frozen=True, slots=True)
class Selection:
    """What a visitor asked the list for. Rubbish counts as not asked."""

    QUERIES: ClassVar[tuple[str, ...]] = ("order", "q", "category", "sector", "page")
    # What a unit's page hands on to the next one, and back to the list.
    CARRIED: ClassVar[tuple[str, ...]] = QUERIES[:-1]

    order: str
    query: str = ""
    category: str = ""
    sector: str = ""
    page: str = ""

    @classmethod
    def from_address(cls, params: Mapping[str, str]) -> "Selection":
        return cls(
            order=order_in(params) or ORDERS[0],
            query=_readable(params.get("q", "")),
            category=params.get("category", ""),
            sector=_readable(params.get("sector", "")),
            page=params.get("page", ""),
        )

    @property
    def number(self) -> int | None:
        """The number that was looked for: 07, 7, 7 号."""
        found = _NUMBER.fullmatch(self.query)
        return int(found[1]) if found else None

    def address(self, **changes: str) -> str:
        """The address of the list with ``changes``; it begins at its first page again.

        >>> Selection(order="c", query="路", page="2").address(category="township")
        '?order=c&q=%E8%B7%AF&category=township'
        """
        return "?" + urlencode(self._asked({"page": "", **changes}))

    @property
    def before_page(self) -> str:
        """What stands in an address before the number of a page of this list."""
        return urlencode(self._asked({"page": ""})) + "&"

    @property
    def carried(self) -> str:
        """What the address of a unit takes along, so that one comes back to this list.

        A number finds one unit: it is not what somebody reads on by.
        """
        query = "" if self.number is not None else self.query
        return self.address(query=query)

    @property
    def everything(self) -> "Selection":
        """The same order, narrowed by nothing."""
        return Selection(order=self.order)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps: the order, and nothing that would narrow it."""
        return [("order", self.order)]

    def _asked(self, changes: Mapping[str, str]) -> dict[str, str]:
        asked = asdict(self) | changes
        asked["q"] = asked.pop("query")
        return {name: asked[name] for name in self.QUERIES if asked[name]}


def _readable(text: str) -> str:
    """Without what cannot be typed: PostgreSQL refuses a text with a NUL in it."""
    return "".join(char for char in text if char.isprintable()).strip()[:60]
