"""What the words of a certificate may hold, and how they are filled in. Pure."""

import re
from collections.abc import Mapping
from datetime import date

TITLE = "荣誉证书"
BODY = (
    "在“{活动}”中，综合得分 {得分} 分，获{名次}，被评为“红旗单位”。特发此证，以资鼓励。"
)
BLANKS = ("活动", "单位", "名次", "得分")
MOST_AWARDERS = 3
LONGEST_AWARDER = 20

_BLANK = re.compile(r"\{([^{}]*)\}")
_DIGITS = "〇一二三四五六七八九"


def unknown_blanks(body: str) -> list[str]:
    """
    >>> unknown_blanks("{单位}得{分数}分")
    ['分数']
    """
    return [name for name in _BLANK.findall(body) if name not in BLANKS]


def has_stray_braces(body: str) -> bool:
    """
    >>> has_stray_braces("{单位"), has_stray_braces("{单位}")
    (True, False)
    """
    return bool(re.search(r"[{}]", _BLANK.sub("", body)))


def filled_in(body: str, facts: Mapping[str, str]) -> str:
    """
    >>> filled_in("{单位}列{名次}", {"单位": "教育局", "名次": "第 1 名"})
    '教育局列第 1 名'
    """
    return _BLANK.sub(lambda found: facts[found[1]], body)


def awarder_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def certificate_number(prefix: str, plate: str) -> str:
    """By the entry's own number: a correction of ranks never hands it to another unit.

    >>> certificate_number("临河红旗〔2026〕", "07")
    '临河红旗〔2026〕第 07 号'
    """
    return f"{prefix}第 {plate} 号"


def written_date(day: date) -> str:
    """As official papers write it.

    >>> written_date(date(2026, 12, 31)), written_date(date(2030, 10, 8))
    ('二〇二六年十二月三十一日', '二〇三〇年十月八日')
    """
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    """
    >>> [_counted(n) for n in (1, 10, 11, 20, 31)]
    ['一', '十', '十一', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    said = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return said + (_DIGITS[ones] if ones else "")
