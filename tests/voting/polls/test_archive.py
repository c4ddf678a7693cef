"""After the archive: what receipts open is there, who voted is not, and nothing joins them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.privacy.errors import KeyMissing
from site_cms.privacy.keys import read_key
from site_cms.trail.models import TrailEntry
from tests.factories import HOUR, MINUTE, NOW, SECOND, open_poll
from tests.factories.standing import make_standing
from tests.voting.polls.test_mine import Phone
from voting.polls import archive_services
from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.archive_services import archive_poll
from voting.polls.counting import Count
from voting.polls.errors import (
    ArchiveDiffers,
    ArchiveTooEarly,
    HoldsUndecided,
    LogUnfinished,
)
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import (
    counted,
    forget_frozen_polls,
    is_archived,
    number_of_ballots,
    recount_cast,
    totals,
)
from voting.polls.rules import Form
from voting.polls.sealing import seal_ballots
from voting.polls.standing_models import BallotStanding
from voting.polls.standing_queries import (
    standing_of_poll,
    undecided_holds,
    void_groups,
)
from voting.polls.tally import running_total

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept_above(settings):
    settings.AGAINST_ARCHIVING = "tests.voting.polls.gates_for_tests.nothing_against"


def finalise(poll, at=NOW) -> Poll:
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=NOW - 3 * HOUR, poll_closes_at=NOW - 2 * HOUR, finalised_at=at
    )
    return Poll.objects.select_related("contest").get(pk=poll.id)


def voted(poll, *ballots: tuple[str, ...]) -> list[str]:
    """Cast by phones of their own. Returns the addresses of the receipts."""
    return [Phone(poll).vote(*plates).url for plates in ballots]


def sealed(poll: Poll) -> Poll:
    """Every ballot is in the public log, and the log says that the poll is closed."""
    if not is_archived(poll.pk):
        seal_ballots(poll=poll, now=timezone.now() + 2 * MINUTE)
    return poll


def archive(poll, **fields):
    row = sealed(finalise(poll))
    return archive_poll(**{"by": None, "poll": row, "now": NOW} | fields)


def key_is_there(poll) -> bool:
    try:
        read_key(poll.key_name, poll.key_fingerprint)
    except KeyMissing:
        return False
    return True


def test_ballots_are_copied_without_voters_and_the_originals_and_the_key_are_gone():
    poll = open_poll()
    voted(poll, ("01", "02"), ("02",), ("03",))
    before = counted(finalise(poll), now=NOW)

    archived = archive(poll)

    assert (archived.ballots, archived.copied) == (3, 3)
    assert sorted(
        bytes(each) for each in ArchivedBallot.objects.values_list("choices", flat=True)
    ) == [b"\x00\x00\x01", b"\x00\x01\x00", b"\x01\x01\x00"]
    assert (Ballot.objects.count(), BallotSignal.objects.count()) == (0, 0)
    assert not key_is_there(poll)
    row = Poll.objects.select_related("contest").get(pk=poll.id)
    assert counted(row, now=NOW) == before
    assert number_of_ballots(row) == 3
    assert PollArchive.objects.get().given == {"1": [1, 2, 1]}
    entry = TrailEntry.objects.get(action="poll.archived")
    assert entry.details == {"ballots": 3, "key": poll.key_fingerprint}


def test_an_archived_row_has_nothing_but_choices_and_what_opens_them():
    assert {field.name for field in ArchivedBallot._meta.fields} == {
        "id",
        "poll",
        "opened_by",
        "choices",
        "void_act",
    }


def test_what_was_void_stays_void_and_what_acts_named_is_gone():
    poll = open_poll()
    voted(poll, ("01", "02"), ("02",), ("03",), ("01",))
    first, second, third, _ = Ballot.objects.order_by("id")
    act = make_standing("void", [first, second], reason="脚本")
    make_standing("restore", [second])
    make_standing("hold", [third])
    make_standing("release", [third])
    row = finalise(poll)
    before, standings, told = (
        counted(row, now=NOW),
        standing_of_poll(poll.id),
        void_groups(poll.id),
    )
    assert running_total(poll) == before

    archive(poll)

    assert BallotStanding.objects.count() == 0
    assert dict(ArchivedBallot.objects.values_list("choices", "void_act")) == {
        b"\x01\x01\x00": act.pk,
        b"\x00\x01\x00": None,
        b"\x00\x00\x01": None,
        b"\x01\x00\x00": None,
    }
    assert counted(row, now=NOW) == before == running_total(poll)
    assert recount_cast(poll) == Count(4, {1: (2, 2, 1)})
    assert standing_of_poll(poll.id) == standings
    assert void_groups(poll.id) == told
    assert undecided_holds(poll.id) == 0


def test_a_poll_with_an_undecided_hold_is_not_archived():
    poll = open_poll()
    voted(poll, ("01",))
    make_standing("hold", Ballot.objects.all())

    with pytest.raises(HoldsUndecided):
        archive(poll)

    assert (Ballot.objects.count(), BallotStanding.objects.count()) == (1, 1)
    assert key_is_there(poll)


def test_a_poll_is_not_archived_before_its_last_ballot_is_in_the_log():
    poll = open_poll()
    voted(poll, ("01",))

    with pytest.raises(LogUnfinished):
        archive_poll(by=None, poll=finalise(poll), now=NOW)

    assert Ballot.objects.count() == 1
    assert key_is_there(poll)


@pytest.mark.parametrize("change", ["void_act_id = NULL", "choices = choices"])
def test_archived_ballots_are_still_only_added(change):
    poll = open_poll()
    voted(poll, ("01",))
    archive(poll)

    with (
        pytest.raises(DatabaseError, match="only ever added"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE voting_archivedballot SET {change}")


def test_the_qr_code_still_opens_the_picks_and_the_number_no_more():
    poll = open_poll()
    first, second = voted(poll, ("01", "03"), ("02",))
    number = first.rstrip("/").split("/")[-2]
    archive(poll)
    client = Client()

    receipt, other = client.get(first), client.get(second)
    lookup = client.get(
        reverse("voting:lookup", args=[finalise(poll).contest.slug]), {"number": number}
    )

    assert [pick["number"] for pick in receipt.context["picks"]] == ["01", "03"]
    assert [pick["number"] for pick in other.context["picks"]] == ["02"]
    assert number not in receipt.content.decode()
    assert "受理号不再能查" in lookup.content.decode()
    assert not lookup.context["found"]


@pytest.mark.parametrize(
    "secret", ["x", "A" * 43, "A" * 44, "-" * 43, "_" * 200], ids=str
)
def test_another_secret_opens_nothing(secret):
    poll = open_poll()
    (address,) = voted(poll, ("01",))
    archive(poll)
    *rest, _ = address.rstrip("/").split("/")

    page = Client().get("/".join([*rest, secret]) + "/")

    assert page.status_code == 200
    assert "picks" not in page.context


def test_grading_receipts_open_their_grades():
    poll = open_poll(form=Form.GRADING.value, picks_max=3)
    slug = Contest.objects.get(pk=poll.contest_id).slug
    client = Client()
    at = {name: reverse(f"voting:{name}", args=[slug]) for name in ("ballot", "check")}
    client.get(at["ballot"])
    grades = {f"grade-{entry.plate}": "1" for entry in poll.entries}
    page = client.post(at["check"], grades, follow=True)
    sent = grades | {"request": page.context["nonce"]}
    address = client.post(reverse("voting:cast", args=[slug]), sent).url
    archive(poll)

    assert len(client.get(address).context["picks"]) == 3


def test_the_phones_own_list_says_why_it_is_empty():
    poll = open_poll()
    phone = Phone(poll)
    phone.vote("01")
    archive(poll)

    assert "受理号不再能查" in phone.mine().content.decode()


def test_the_order_of_rows_is_that_of_hashes_and_not_of_arrival():
    poll = open_poll(entries=12)
    voted(poll, *((f"{number:02d}",) for number in range(1, 13)))
    archive(poll)

    rows = list(
        ArchivedBallot.objects.order_by("id").values_list("opened_by", "choices")
    )
    hashes = [bytes(opened_by) for opened_by, _ in rows]
    arrival = [bytes(choices).index(1) for _, choices in rows]
    assert hashes == sorted(hashes)
    assert arrival != sorted(arrival)


@pytest.mark.postgresql
def test_no_join_on_system_columns_links_an_archived_ballot_to_a_voter():
    poll = open_poll(entries=12)
    voted(poll, *((f"{number:02d}",) for number in range(1, 13)))
    with connection.cursor() as cursor:
        # What somebody with a copy of the old table would hold against the archive.
        cursor.execute(
            "CREATE TEMP TABLE kept AS SELECT xmin::text AS xid, ctid AS place,"
            " voter_key, choices FROM voting_ballot"
        )
        cursor.execute(
            "SELECT count(*) FROM kept JOIN voting_ballotsignal s ON s.xmin::text = xid"
        )
        linked_before = cursor.fetchone()[0]
    archive(poll)
    archive_services.erase_freed_space()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM kept JOIN voting_archivedballot a ON a.xmin::text = xid"
        )
        by_transaction = cursor.fetchone()[0]
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM voting_archivedballot")
        transactions = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM kept JOIN voting_archivedballot a"
            " ON a.ctid = place AND a.choices = kept.choices"
        )
        by_place = cursor.fetchone()[0]
        cursor.execute("DROP TABLE kept")
    # The control: before the archive the same join found every voter.
    assert linked_before == 12
    assert (by_transaction, transactions) == (0, 1)
    assert by_place < 6


@pytest.mark.parametrize(
    "finalised_at",
    [
        pytest.param(None, id="no final result"),
        pytest.param(NOW + SECOND, id="a second early"),
    ],
)
def test_a_contest_that_is_not_final_is_not_archived(finalised_at):
    poll = open_poll()
    voted(poll, ("01",))

    with pytest.raises(ArchiveTooEarly):
        archive_poll(by=None, poll=finalise(poll, at=finalised_at), now=NOW)
    assert Ballot.objects.count() == 1
    assert key_is_there(poll)


class Crash(Exception):
    pass


def crash(*_, **__):
    raise Crash


@pytest.mark.parametrize("step", ["_copy", "_record", "count_ballots"])
def test_a_crash_before_the_commit_changes_nothing(step, monkeypatch):
    poll = open_poll()
    voted(poll, ("01",), ("02",))
    with monkeypatch.context() as broken:
        broken.setattr(archive_services, step, crash)
        with pytest.raises(Crash):
            archive(poll)

    assert (Ballot.objects.count(), BallotSignal.objects.count()) == (2, 2)
    assert (ArchivedBallot.objects.count(), PollArchive.objects.count()) == (0, 0)
    assert key_is_there(poll)
    assert archive(poll).copied == 2


def test_after_a_crash_that_left_the_key_a_second_run_destroys_it(monkeypatch):
    poll = open_poll()
    (address,) = voted(poll, ("01",))
    with monkeypatch.context() as broken:
        broken.setattr(archive_services, "destroy_key", crash)
        with pytest.raises(Crash):
            archive(poll)
    assert key_is_there(poll)
    assert "picks" in Client().get(address).context

    again = archive(poll)

    assert (again.ballots, again.copied) == (1, None)
    assert not key_is_there(poll)
    assert ArchivedBallot.objects.count() == 1
    assert TrailEntry.objects.filter(action="poll.archived").count() == 1


def test_a_copy_that_counts_otherwise_is_put_back(monkeypatch):
    poll = open_poll()
    voted(poll, ("01",), ("02",))
    copied = archive_services._in_batches
    monkeypatch.setattr(
        archive_services, "_in_batches", lambda copies: copied(iter(list(copies)[1:]))
    )

    with pytest.raises(ArchiveDiffers):
        archive(poll)
    assert (Ballot.objects.count(), ArchivedBallot.objects.count()) == (2, 0)
    assert key_is_there(poll)


def test_another_poll_is_left_alone():
    poll, other = open_poll(), open_poll()
    voted(poll, ("01",))
    (address,) = voted(other, ("02",))

    archive(poll)

    assert list(Ballot.objects.values_list("poll_id", flat=True)) == [other.id]
    assert "picks" in Client().get(address).context
    assert key_is_there(other)


def test_archived_rows_cannot_be_changed_or_deleted():
    poll = open_poll()
    voted(poll, ("01",))
    archive(poll)

    for rows in (ArchivedBallot.objects.all(), PollArchive.objects.all()):
        with pytest.raises(DatabaseError, match="only ever added"):
            rows.delete()
    with pytest.raises(DatabaseError, match="only ever added"):
        ArchivedBallot.objects.update(choices=b"\x00\x00\x00")


def test_the_result_can_be_computed_again_after_the_archive():
    poll = open_poll()
    voted(poll, ("01",), ("01", "02"))
    before = totals(finalise(poll), now=NOW)
    archive(poll)
    forget_frozen_polls()

    assert totals(finalise(poll), now=NOW) == before


def run(*words: str) -> str:
    out = StringIO()
    call_command("archive_poll", *words, stdout=out)
    return out.getvalue()


def test_the_command_shows_first_archives_then_and_may_run_again():
    poll = open_poll()
    voted(poll, ("01",), ("02",))
    slug = sealed(finalise(poll)).contest.slug

    assert "会把 2 张选票" in run("--contest", slug, "--dry-run")
    assert Ballot.objects.count() == 2
    assert "已归档 2 张选票" in run("--contest", slug)
    assert "早已归档" in run("--contest", slug)
    assert "已经归档" in run("--contest", slug, "--dry-run")
    out = StringIO()
    call_command("recount", slug, stdout=out)
    assert "共 2 张选票，和累计票数一致" in out.getvalue()


def test_the_command_says_why_it_refuses():
    poll = open_poll()
    slug = Contest.objects.get(pk=poll.contest_id).slug

    for words in (["--contest", slug], ["--contest", slug, "--dry-run"]):
        with pytest.raises(CommandError, match="还没有最终结果"):
            run(*words)
