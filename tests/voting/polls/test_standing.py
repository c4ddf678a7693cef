"""What is held or void does not count, anywhere; what is released or restored does again."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import HOUR, NOW, make_ballot, open_poll
from tests.factories.standing import REASON, make_standing
from voting.polls import counting
from voting.polls.counting import Count
from voting.polls.models import Poll
from voting.polls.queries import (
    counted,
    grade_totals,
    number_of_ballots,
    recount,
    recount_cast,
    totals,
)
from voting.polls.rules import Form
from voting.polls.standing_models import Standing
from voting.polls.standing_queries import (
    Standings,
    stand_of,
    standing_of_poll,
    stands_of,
    undecided_holds,
    void_groups,
)
from voting.polls.tally import catch_up, count_of, running_total

pytestmark = pytest.mark.django_db(transaction=True)


def closed(poll) -> Poll:
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=NOW - 3 * HOUR, poll_closes_at=NOW - 2 * HOUR
    )
    return Poll.objects.select_related("contest").get(pk=poll.id)


@pytest.mark.parametrize(
    ("acts", "standing", "counts"),
    [
        pytest.param([], Standing.COUNTED, 2, id="never doubted"),
        pytest.param(["hold"], Standing.HELD, 1, id="held"),
        pytest.param(["hold", "release"], Standing.COUNTED, 2, id="released"),
        pytest.param(["hold", "void"], Standing.VOID, 1, id="void"),
        pytest.param(["void", "restore"], Standing.COUNTED, 2, id="restored"),
        pytest.param(
            ["hold", "void", "restore", "hold"], Standing.HELD, 1, id="held again"
        ),
    ],
)
def test_the_latest_act_says_how_a_ballot_stands(acts, standing, counts):
    poll = open_poll()
    doubted, other = make_ballot(poll=poll, picks=(1, 2)), make_ballot(poll=poll)
    for kind in acts:
        make_standing(kind, [doubted])

    assert stand_of(doubted.id).standing == standing
    assert stand_of(other.id).standing == Standing.COUNTED
    assert recount(poll).ballots == counts
    assert running_total(poll) == recount(poll)
    assert recount_cast(poll) == count_of(catch_up(poll)) == Count(2, {1: (2, 1, 0)})


def test_every_total_leaves_out_what_is_held_or_void():
    poll = open_poll()
    held, void = (make_ballot(poll=poll, picks=(1, 2)) for _ in range(2))
    make_ballot(poll=poll, picks=(2, 3))
    make_standing("hold", [held])
    make_standing("void", [void])
    row = closed(poll)

    assert counted(row, now=NOW) == Count(1, {1: (0, 1, 1)})
    assert list(totals(row, now=NOW).values()) == [0, 1, 1]
    assert number_of_ballots(row) == 3


def test_grades_leave_out_what_is_void():
    poll = open_poll(form=Form.GRADING.value, picks_max=3)
    first, _ = (make_ballot(poll=poll) for _ in range(2))
    make_standing("void", [first])

    grades = grade_totals(closed(poll), now=NOW)

    assert [sum(each.values()) for each in grades.values()] == [1, 0, 0]


def test_an_act_of_one_poll_leaves_another_alone():
    poll, other = open_poll(), open_poll()
    ballots = [make_ballot(poll=each) for each in (poll, other, poll, other)]
    make_standing("void", [ballots[1]])

    assert (recount(poll).ballots, recount(other).ballots) == (2, 1)
    assert standing_of_poll(poll.id) == Standings(cast=2, held=0, void=0)


def test_the_numbers_of_a_poll_add_up():
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(7)]
    make_standing("hold", ballots[:5])
    make_standing("void", ballots[:2])
    make_standing("release", ballots[2:3])

    standings = standing_of_poll(poll.id)

    assert standings == Standings(cast=7, held=2, void=2)
    assert standings.counted == 3 == recount(poll).ballots


def test_a_poll_without_ballots_has_numbers_too():
    assert standing_of_poll(open_poll().id) == Standings(cast=0, held=0, void=0)


def test_voids_are_told_with_reason_number_and_entry_of_the_log():
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(5)]
    first = make_standing("void", ballots[:3], reason="脚本")
    second = make_standing("void", ballots[3:], reason="租来的账号")
    make_standing("restore", ballots[:1])

    assert [(g.ballots, g.reason, g.entry) for g in void_groups(poll.id)] == [
        (2, "脚本", first.log_entry.number),
        (2, "租来的账号", second.log_entry.number),
    ]


def test_a_group_is_undecided_while_one_of_its_ballots_is_held():
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(4)]
    make_standing("hold", ballots[:2])
    make_standing("hold", ballots[2:])
    assert undecided_holds(poll.id) == 2

    make_standing("void", ballots[:1])
    make_standing("release", ballots[2:])

    assert undecided_holds(poll.id) == 1


def test_many_stands_are_read_at_once(django_assert_num_queries):
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(3)]
    act = make_standing("void", ballots[:1])

    with django_assert_num_queries(1):
        found = stands_of([each.id for each in ballots])

    assert [each.standing for each in found.values()] == ["void", "counted", "counted"]
    void = found[ballots[0].id]
    assert (void.reason, void.at, void.entry) == (
        REASON,
        act.made_at,
        act.log_entry.number,
    )


def test_ranges_are_subtracted_where_ballots_are_named(monkeypatch):
    poll = open_poll()
    ballots = [make_ballot(poll=poll, picks=(place % 3 + 1,)) for place in range(9)]
    make_standing("void", [ballots[0], ballots[4], ballots[8]])

    whole = recount(poll)
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(counting, "_BATCH", size)
        assert recount(poll) == whole == Count(6, {1: (2, 2, 2)})


@pytest.mark.postgresql
def test_a_recount_sees_a_void_wholly_or_not_at_all(monkeypatch):
    """The acts come between the statements of one recount, as fast as they can."""
    monkeypatch.setattr(counting, "_BATCH", 2)
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(20)]
    make_standing("hold", ballots[:1])
    meet, found = Barrier(2), set()

    def void_and_restore() -> None:
        meet.wait()
        try:
            for _ in range(12):
                make_standing("void", ballots, at=timezone.now())
                make_standing("restore", ballots, at=timezone.now())
        finally:
            connection.close()

    acting = Thread(target=void_and_restore)
    acting.start()
    meet.wait()
    while acting.is_alive():
        found.add(recount(poll).ballots)
        found.add(running_total(poll).ballots)
    acting.join()

    assert found <= {0, 19, 20}
    assert recount(poll).ballots == 20
