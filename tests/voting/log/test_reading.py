from base64 import b64encode, urlsafe_b64encode

import pytest

from voting.log.reading import leaf_of, whole_number

LEAF = bytes(range(224, 256))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("0", 0, id="zero"),
        pytest.param("007", 7, id="zeros before it"),
        pytest.param("9" * 15, 10**15 - 1, id="the largest"),
        pytest.param("9" * 16, None, id="too large"),
        pytest.param("-1", None, id="negative"),
        pytest.param("1.5", None, id="a part"),
        pytest.param("", None, id="nothing"),
        pytest.param("１２", None, id="wide digits"),
        pytest.param("٣", None, id="digits of others"),
    ],
)
def test_a_number_is_plain_digits(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b64encode(LEAF).decode(), id="standard"),
        pytest.param(b64encode(LEAF).decode().replace("+", " "), id="from an address"),
        pytest.param(urlsafe_b64encode(LEAF).decode(), id="for addresses"),
        pytest.param(urlsafe_b64encode(LEAF).decode().rstrip("="), id="unpadded"),
    ],
)
def test_a_leaf_is_read_in_either_alphabet(text):
    assert leaf_of(text) == LEAF


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("长", id="words"),
        pytest.param("AAAA", id="too short"),
        pytest.param(b64encode(LEAF + b"x").decode(), id="too long"),
        pytest.param("A", id="no base64"),
        pytest.param("\x00" * 44, id="zeros"),
    ],
)
def test_anything_else_is_no_leaf(text):
    assert leaf_of(text) is None
