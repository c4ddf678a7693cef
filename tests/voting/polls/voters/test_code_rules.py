import pytest

from voting.polls.code_rules import (
    typed_code,
    typed_digits,
    typed_phone,
    with_check,
)
from voting.polls.signs import ALPHABET

CODE = with_check("HAD7K2YM")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("HAD7K2YM" + CODE[-1], id="plain"),
        pytest.param("had-7k2-ym" + CODE[-1], id="small letters, hyphens"),
        pytest.param("HAD 7KZ YM" + CODE[-1], id="Z for 2"),
        pytest.param(
            "ＨＡＤ７Ｋ２ＹＭ" + CODE[-1], id="full width, from a Chinese keyboard"
        ),
        pytest.param(" HAD—7K2。YM" + CODE[-1] + "\n", id="Chinese dash and stop"),
    ],
)
def test_code_may_be_typed_in_many_ways(typed):
    assert typed_code(typed) == CODE


def test_any_wrong_sign_or_swap_is_noticed():
    wrong = [
        CODE[:place] + sign + CODE[place + 1 :]
        for place in range(len(CODE))
        for sign in ALPHABET
        if sign != CODE[place]
    ]
    swapped = [
        CODE[:place] + CODE[place + 1] + CODE[place] + CODE[place + 2 :]
        for place in range(len(CODE) - 1)
        if CODE[place] != CODE[place + 1]
    ]
    assert [code for code in wrong + swapped if typed_code(code)] == []


@pytest.mark.parametrize(
    "typed", ["", "HAD7K2YM", CODE + "2", "0" * 9, "红" * 9, "\0" * 9]
)
def test_what_is_no_code_is_none(typed):
    assert typed_code(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("13800138000", id="plain"),
        pytest.param("138 0013 8000", id="spaces"),
        pytest.param("138-0013-8000", id="hyphens"),
        pytest.param("+86 138 0013 8000", id="+86"),
        pytest.param("+8613800138000", id="+86 without a space"),
        pytest.param("0086 13800138000", id="0086"),
        pytest.param("8613800138000", id="86"),
        pytest.param("（+86）13800138000", id="Chinese brackets"),
        pytest.param("１３８００１３８０００", id="full width"),
        pytest.param("\u202d13800138000".lstrip("\u202d"), id="pasted"),
    ],
)
def test_number_may_be_typed_in_many_ways(typed):
    assert typed_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("1380013800", id="too short"),
        pytest.param("138001380000", id="too long"),
        pytest.param("12800138000", id="no mobile"),
        pytest.param("0476-5522345", id="landline"),
        pytest.param("+852 9123 4567", id="abroad"),
        pytest.param("一三八", id="words"),
        pytest.param("+1 13800138000", id="another country's prefix"),
    ],
)
def test_what_is_no_mobile_number_is_none(typed):
    assert typed_phone(typed) is None


@pytest.mark.parametrize("typed", ["012345", " 012 345", "０１２３４５", "012-345"])
def test_digits_may_be_typed_in_many_ways(typed):
    assert typed_digits(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "१२३४५६"])
def test_what_is_no_six_digits_is_none(typed):
    assert typed_digits(typed) is None
