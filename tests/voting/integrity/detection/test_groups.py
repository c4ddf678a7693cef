"""What detection finds in small invented polls. The measured table is `make bench`'s."""

from dataclasses import replace

import pytest

from voting.integrity.campaigns import (
    HONEST,
    MOBILISED,
    POOL,
    RENTED,
    RIVAL,
    SCRIPT,
    VILLAGE,
    poll_with,
)
from voting.integrity.detection.groups import agree, groups_in
from voting.integrity.detection.limits import Limits
from voting.integrity.detection.signs import Sign

LIMITS = Limits()
BALLOTS = 2500


def ballots_in_groups(rows, limits=LIMITS):
    return {ballot for group in groups_in(rows, limits) for ballot in group.ballots}


@pytest.mark.parametrize(
    ("kind", "size", "seed"),
    [
        pytest.param(SCRIPT, 150, 1, id="script from one machine"),
        pytest.param(POOL, 300, 5, id="proxy pool"),
        pytest.param(RIVAL, 200, 3, id="rival brushed to get it suspended"),
    ],
)
def test_one_hand_is_found_and_nearly_nobody_else(kind, size, seed):
    poll = poll_with(seed, [(kind, size)], ballots=BALLOTS)

    found = ballots_in_groups(poll.rows)

    assert len(found & poll.kinds[kind]) >= 0.9 * size
    assert len(found & poll.honest) <= 2


@pytest.mark.parametrize(
    "campaigns",
    [
        pytest.param([], id="nobody in particular"),
        pytest.param([(MOBILISED, 500)], id="unit asks its people to vote"),
        pytest.param([(VILLAGE, 300)], id="village behind one address, with a helper"),
        pytest.param([(MOBILISED, 200), (VILLAGE, 100), (MOBILISED, 100)], id="all"),
    ],
)
@pytest.mark.parametrize("seed", [11, 12])
def test_honest_ballots_are_left_alone(campaigns, seed):
    poll = poll_with(seed, campaigns, ballots=BALLOTS)

    assert ballots_in_groups(poll.rows) == set()


def test_campaigns_are_found_beside_each_other():
    poll = poll_with(
        21,
        [(SCRIPT, 200), (POOL, 300), (MOBILISED, 200), (VILLAGE, 80)],
        ballots=BALLOTS,
    )

    found = ballots_in_groups(poll.rows)

    assert {
        kind: len(found & ids) >= len(ids) / 2 for kind, ids in poll.kinds.items()
    } == {SCRIPT: True, POOL: True, HONEST: False, MOBILISED: False, VILLAGE: False}


def test_rented_accounts_of_real_people_are_not_claimed_to_be_found():
    """Not a wish: whoever relies on detection must know what it does not see."""
    poll = poll_with(31, [(RENTED, 150)], ballots=BALLOTS)

    assert ballots_in_groups(poll.rows) == set()


def test_same_rows_give_the_same_groups():
    poll = poll_with(2, [(POOL, 300)], ballots=BALLOTS)

    assert groups_in(poll.rows, LIMITS) == groups_in(poll.rows, LIMITS)


def test_group_is_never_smaller_than_its_limit():
    poll = poll_with(1, [(SCRIPT, 150)], ballots=BALLOTS)

    assert groups_in(poll.rows, replace(LIMITS, least_ballots=151)) == []


def test_nothing_is_found_where_no_sign_can_be_sure_enough():
    poll = poll_with(1, [(SCRIPT, 150)], ballots=BALLOTS)

    assert groups_in(poll.rows, replace(LIMITS, certainty=10_000)) == []


def test_poll_without_ballots_has_no_groups():
    assert groups_in([], LIMITS) == []


def sign(family, *, strong=False):
    return Sign(family, "", strong, {})


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        pytest.param([], False, id="none"),
        pytest.param([sign("client", strong=True)], False, id="one family"),
        pytest.param(
            [sign("client", strong=True), sign("client")], False, id="one family twice"
        ),
        pytest.param(
            [sign("time"), sign("network"), sign("client"), sign("content")],
            False,
            id="only what people do as well",
        ),
        pytest.param(
            [sign("content", strong=True), sign("time"), sign("network")],
            False,
            id="people who were sent a list",
        ),
        pytest.param(
            [sign("client", strong=True), sign("network")], True, id="two families"
        ),
        pytest.param(
            [sign("time", strong=True), sign("content", strong=True)],
            True,
            id="machine with a list",
        ),
    ],
)
def test_two_families_must_agree_and_one_of_them_be_a_machines(signs, expected):
    assert agree(signs) == expected
