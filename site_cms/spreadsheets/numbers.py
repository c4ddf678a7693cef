"""Numbers as people write them into cells."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

# What a column of counts holds in the database.
LARGEST = 2_147_483_647
_WAN = Decimal(10_000)


class NotANumber(ValueError):
    """The sentence says how to write it."""


def whole_number(text: str, *, units: str = "") -> int:
    """A count, with or without thousands separators, 万 and a unit such as 人.

    >>> whole_number("12,300"), whole_number("1.23 万人", units="人"), whole_number("３０")
    (12300, 12300, 30)
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removeprefix("约")
    plain = plain.rstrip(units) if units else plain
    factor = _WAN if plain.endswith("万") else Decimal(1)
    plain = plain.removesuffix("万")
    if "," in plain and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        raise NotANumber("逗号的位置不对，请写成 12,300 或 12300。")
    plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", plain):
        raise NotANumber(f"“{text[:20]}”不是数字，请写成 12300 这样。")
    try:
        value = Decimal(plain) * factor
    except InvalidOperation as error:
        raise NotANumber(f"“{text[:20]}”不是数字，请写成 12300 这样。") from error
    if value < 0:
        raise NotANumber("不能小于 0。")
    if value != value.to_integral_value():
        raise NotANumber("要写整数，不能有小数。")
    if value > LARGEST:
        raise NotANumber("这个数太大了，请核对。")
    return int(value)
