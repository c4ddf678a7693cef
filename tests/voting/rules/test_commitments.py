from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from voting.rules.commitments import (
    SALT_BYTES,
    Pick,
    commitment,
    pick_salt,
    picks_of,
)

numbers = st.integers(min_value=1, max_value=65_535)
values = st.integers(min_value=1, max_value=255)
secrets = st.binary(min_size=32, max_size=32)


def test_a_commitment_is_the_hash_of_salt_number_and_value():
    salt = bytes(range(32))

    assert commitment(salt, Pick(7, 1)) == sha256(salt + b"\x00\x07\x01").digest()
    assert commitment(salt, Pick(258, 4)) == sha256(salt + b"\x01\x02\x04").digest()


def test_grades_are_picks_and_what_was_left_out_is_none():
    assert picks_of(bytes([4, 0, 1]), (7, 9, 120)) == [Pick(7, 4), Pick(120, 1)]


@given(secrets, numbers, numbers)
def test_each_pick_of_a_ballot_has_a_salt_of_its_own(secret, one, other):
    assert len(pick_salt(secret, one)) == SALT_BYTES
    assert (pick_salt(secret, one) == pick_salt(secret, other)) == (one == other)


@given(secrets, numbers, numbers, values, values)
def test_a_commitment_opens_to_one_pick_alone(secret, one, other, value, another):
    picks = Pick(one, value), Pick(other, another)
    promised = [commitment(pick_salt(secret, one), pick) for pick in picks]

    assert (promised[0] == promised[1]) == (picks[0] == picks[1])
