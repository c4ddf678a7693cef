import pytest

from site_cms.spreadsheets.numbers import NotANumber, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12300", 12_300),
        ("12,300", 12_300),
        ("１２，３００", 12_300),
        (" 12 300 人 ", 12_300),
        ("1.23万", 12_300),
        ("1.23 万人", 12_300),
        ("约 3 万口", 30_000),
        ("56.0", 56),
    ],
)
def test_a_count_is_read_however_it_is_written(text, number):
    assert whole_number(text, units="口人名") == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("十二", "不是数字"),
        ("", "不是数字"),
        ("1,23", "逗号的位置不对"),
        ("-5", "不能小于 0"),
        ("5.5", "整数"),
        ("1e9", "不是数字"),
        ("NaN", "不是数字"),
        ("٣", "不是数字"),
        ("9" * 40, "不是数字"),
    ],
)
def test_what_is_no_count_is_told_how_to_write_it(text, said):
    with pytest.raises(NotANumber, match=said):
        whole_number(text, units="人")
