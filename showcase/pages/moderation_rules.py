"""What a reviewer of a page answers for, and who may not review it. Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing to look at. ``sentence`` is what the reviewer confirms."""

    name: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to look at that a page may do without. The first choice says so."""

    name: str
    label: str
    sentence: str
    choices: tuple[tuple[str, str], ...]


NOT_THERE = "none"

CHECKLIST: tuple[Tick | Question, ...] = (
    Tick(
        "figures",
        "数字真实",
        "每个数字我都对过台账或文件：数值、计量单位、统计时间都一致，没有夸大。",
    ),
    Tick(
        "sources",
        "来源清楚",
        "每个数字写明了出处，“群众的话”有人说过，前后对比是同一个地方。",
    ),
    Tick(
        "secrets",
        "不涉密",
        "文字和照片里没有涉密或内部信息：文件密级、未公开的规划、身份证号、"
        "住址、电话、病情、车牌。",
    ),
    Question(
        "portraits",
        "肖像",
        "照片里有没有能认出来的人？有的话，本人同意公开吗？",
        (
            (NOT_THERE, "没有涉及：照片里没有能认出来的人"),
            ("agreed", "有，我看过本人同意的记录"),
        ),
    ),
    Question(
        "minors",
        "未成年人",
        "照片或文字里有没有未成年人？有的话，监护人书面同意了吗？",
        (
            (NOT_THERE, "没有涉及：没有未成年人"),
            ("agreed", "有，我看过监护人的书面同意，没有写姓名、学校和班级"),
        ),
    ),
    Tick(
        "typos",
        "文字无误",
        "我从头读过一遍：没有错别字，人名、地名、职务和单位名称都对。",
    ),
)

REASONS: tuple[tuple[str, str], ...] = (
    ("figures", "数字不准或说不清来源"),
    ("secrets", "涉密或不宜公开"),
    ("people", "肖像、未成年人没有同意"),
    ("pictures", "照片不清楚或与内容不符"),
    ("incomplete", "内容不全"),
    ("typos", "错别字或语句不通"),
    ("other", "其他"),
)


class Stage(StrEnum):
    FIRST = "first"
    SECOND = "second"

    @property
    def label(self) -> str:
        return {Stage.FIRST: "初审", Stage.SECOND: "复审"}[self]


def unanswered(answers: Mapping[str, str | bool]) -> list[str]:
    """The labels of what was not confirmed.

    >>> unanswered({"figures": True, "sources": True, "secrets": True, "typos": True})
    ['肖像', '未成年人']
    """
    return [item.label for item in CHECKLIST if not _is_answered(item, answers)]


def _is_answered(item: Tick | Question, answers: Mapping[str, str | bool]) -> bool:
    answer = answers.get(item.name)
    if isinstance(item, Question):
        return answer in {value for value, _ in item.choices}
    return answer is True


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to one revision of a page."""

    has_the_task: bool
    is_own_unit: bool
    edited_it: bool
    approved_it_before: bool

    @property
    def hindrance(self) -> str:
        """Why this person may not decide; nothing when they may.

        >>> Standing(True, False, False, False).hindrance
        ''
        """
        if not self.has_the_task:
            return "这一步不归您审核。"
        if self.is_own_unit:
            return "这是您所在单位的展示页，请别的审核员来审。"
        if self.edited_it:
            return "您改过这一页的内容，请别的审核员来审。"
        if self.approved_it_before:
            return "这一版的初审是您通过的，复审请换一个人。"
        return ""
