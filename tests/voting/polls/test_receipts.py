from itertools import pairwise

import pytest

from voting.polls.receipts import (
    ballot_id_of,
    is_secret_of,
    receipt_number,
    receipt_secret,
    secret_text,
)
from voting.polls.signs import ALPHABET

KEY, OTHER = b"k" * 32, b"o" * 32
LARGEST = 2**42 - 1


@pytest.mark.parametrize("ballot_id", [0, 1, 2, 200_000, LARGEST])
def test_a_number_leads_back_to_its_ballot(ballot_id):
    assert ballot_id_of(KEY, receipt_number(KEY, ballot_id)) == ballot_id


def test_numbers_of_many_ballots_differ_and_tell_no_order():
    numbers = [receipt_number(KEY, ballot_id) for ballot_id in range(1, 2001)]

    assert len(set(numbers)) == 2000
    rising = sum(first < second for first, second in pairwise(numbers))
    assert 900 < rising < 1100


def test_a_number_reads_as_three_groups_without_signs_that_look_alike():
    number = receipt_number(KEY, 7)

    assert [len(group) for group in number.split("-")] == [4, 4, 2]
    assert set("01IOSZB") & set(ALPHABET) == set()


def test_another_polls_key_gives_another_number():
    assert receipt_number(KEY, 7) != receipt_number(OTHER, 7)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("{0}", id="as printed"),
        pytest.param(" {0} ", id="spaces around"),
        pytest.param("{1}", id="small letters"),
        pytest.param("{2}", id="no dashes"),
        pytest.param("{3}", id="S for 5, Z for 2, B for 8"),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed):
    number = receipt_number(KEY, 4711)
    spelling = typed.format(
        number,
        number.lower(),
        number.replace("-", ""),
        number.translate(str.maketrans("528", "SZB")),
    )

    assert ballot_id_of(KEY, spelling) == 4711


def test_one_wrong_sign_is_always_noticed():
    number = receipt_number(KEY, 4711).replace("-", "")
    wrong = [
        number[:place] + sign + number[place + 1 :]
        for place in range(len(number))
        for sign in ALPHABET
        if sign != number[place]
    ]

    assert [text for text in wrong if ballot_id_of(KEY, text) is not None] == []


def test_two_swapped_neighbours_are_always_noticed():
    swapped = [
        text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        for ballot_id in range(50)
        for text in [receipt_number(KEY, ballot_id).replace("-", "")]
        for place in range(len(text) - 1)
        if text[place] != text[place + 1]
    ]

    assert [text for text in swapped if ballot_id_of(KEY, text) is not None] == []


@pytest.mark.parametrize(
    "rubbish", ["", "-", "LH7K", "LH7K-29QF-M3-22", "选票", "0" * 10, "\x00" * 10]
)
def test_rubbish_is_no_number(rubbish):
    assert ballot_id_of(KEY, rubbish) is None


def test_a_secret_opens_its_own_ballot_only():
    text = secret_text(receipt_secret(KEY, 7))

    assert is_secret_of(KEY, 7, text)
    assert not is_secret_of(KEY, 8, text)
    assert not is_secret_of(OTHER, 7, text)


@pytest.mark.parametrize("rubbish", ["", "x", "密", "A" * 43, "%%%", "=" * 50])
def test_rubbish_is_no_secret(rubbish):
    assert not is_secret_of(KEY, 7, rubbish)
