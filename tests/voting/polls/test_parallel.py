"""Real requests at the same instant, on real connections: SQLite and PostgreSQL alike.

Each claim has its negative control, which shows that the test would notice a failure.
"""

import http.client
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from showcase.contests.models import Contest
from tests.factories import open_poll
from tests.factories.work import solved
from voting.polls.models import Ballot, BallotSignal
from voting.polls.rules import QuotaPeriod

pytestmark = pytest.mark.django_db(transaction=True)

VOTERS = 8


class Phone:
    """One voter who has chosen, and can send the same cookies from many connections."""

    def __init__(self, poll) -> None:
        self.slug = Contest.objects.get(pk=poll.contest_id).slug
        self.client = Client()
        self.client.get(self.address("ballot"))

    def address(self, name: str) -> str:
        return reverse(f"voting:{name}", args=[self.slug])

    def form(self, *plates: str) -> str:
        """A form that was filled in on a page of its own, as in another tab."""
        self.client.cookies.pop("request", None)
        sent = {"entry": plates}
        page = self.client.post(self.address("check"), sent, follow=True)
        token = re.search(
            r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()
        )
        work = page.context["work"]
        return urlencode(
            [
                ("csrfmiddlewaretoken", token[1]),
                ("request", page.context["nonce"]),
                ("work", solved(work.text) if work else ""),
                *(("entry", plate) for plate in plates),
            ]
        )

    @property
    def headers(self) -> dict[str, str]:
        cookies = self.client.cookies.values()
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{each.key}={each.value}" for each in cookies),
        }


def send_together(live_server, phone: Phone, forms: list[str]) -> list[tuple[int, str]]:
    """All forms at a barrier, each on its own connection. Status and where it leads."""
    barrier = Barrier(len(forms))

    def send(form: str) -> tuple[int, str]:
        server = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
        server.connect()
        barrier.wait()
        server.request("POST", phone.address("cast"), form, phone.headers)
        answer = server.getresponse()
        answer.read()
        server.close()
        return answer.status, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(send, forms))


def test_of_eight_requests_of_one_voter_one_is_accepted(live_server):
    phone = Phone(open_poll())
    forms = [phone.form("01") for _ in range(VOTERS)]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: 1, 409: VOTERS - 1}
    assert Ballot.objects.count() == 1


def test_a_quota_of_three_accepts_three_of_eight(live_server):
    phone = Phone(open_poll(quota=3))
    forms = [phone.form("01") for _ in range(VOTERS)]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: 3, 409: VOTERS - 3}
    assert Ballot.objects.count() == 3


def test_one_work_sent_sixteen_times_is_one_ballot_with_one_receipt(
    live_server, settings
):
    settings.WORK_DIFFICULTY = 4
    phone = Phone(open_poll(quota=16))
    forms = [phone.form("01")] * 16

    answers = send_together(live_server, phone, forms)

    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert Ballot.objects.count() == 1


def test_one_work_sent_with_sixteen_request_keys_is_one_ballot(live_server, settings):
    settings.WORK_DIFFICULTY = 4
    phone = Phone(open_poll(quota=16))
    forms = [phone.form("01") for _ in range(16)]
    work = re.search("work=([^&]+)", forms[0])[1]
    forms = [re.sub("work=[^&]+", f"work={work}", form) for form in forms]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: 1, 409: 15}
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("quota", [1, 3])
def test_one_request_sent_eight_times_gets_one_receipt(live_server, quota):
    phone = Phone(open_poll(quota=quota))
    forms = [phone.form("01")] * VOTERS

    answers = send_together(live_server, phone, forms)

    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert Ballot.objects.count() == 1


def test_one_request_key_with_eight_choices_keeps_one(live_server):
    phone = Phone(open_poll(entries=VOTERS))
    form = phone.form("01")
    forms = [
        form.replace("entry=01", f"entry={number:02d}")
        for number in range(1, VOTERS + 1)
    ]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: 1, 409: VOTERS - 1}
    assert Ballot.objects.count() == 1


@pytest.fixture
def without_the_constraint():
    """Voter keys may repeat, as on platforms that look before they write."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = 'voting_ballot'::regclass AND contype = 'u'"
            )
            name, definition = cursor.fetchone()
            cursor.execute(f"ALTER TABLE voting_ballot DROP CONSTRAINT {name}")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'voting_ballot'")
            table = cursor.fetchone()[0]
            _rebuild(
                cursor,
                table.replace(
                    "voter_key char(32) NOT NULL UNIQUE", "voter_key char(32) NOT NULL"
                ),
            )
    yield
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SELECT set_config('hongqi.rewriting', 'on', false)")
            cursor.execute("DELETE FROM voting_ballot")
            cursor.execute("SELECT set_config('hongqi.rewriting', 'off', false)")
            cursor.execute(
                f"ALTER TABLE voting_ballot ADD CONSTRAINT {name} {definition}"
            )
        else:
            _rebuild(cursor, table)


def _rebuild(cursor, table: str) -> None:
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'voting_ballot' AND type = 'trigger'"
    )
    triggers = [row[0] for row in cursor.fetchall()]
    cursor.execute("DROP TABLE voting_ballot")
    for statement in [table, *triggers]:
        cursor.execute(statement)


@pytest.mark.usefixtures("without_the_constraint")
def test_control_without_the_constraint_all_eight_are_accepted(live_server):
    phone = Phone(open_poll())
    forms = [phone.form("01") for _ in range(VOTERS)]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: VOTERS}
    assert Ballot.objects.count() == VOTERS


def test_a_quota_of_two_a_day_accepts_two_of_eight(live_server):
    phone = Phone(open_poll(quota=2, quota_period=QuotaPeriod.DAY.value))
    forms = [phone.form("01") for _ in range(VOTERS)]

    answers = send_together(live_server, phone, forms)

    assert Counter(status for status, _ in answers) == {303: 2, 409: VOTERS - 2}
    assert Ballot.objects.count() == BallotSignal.objects.count() == 2


def test_a_ballot_and_what_is_noted_of_it_are_stored_together(live_server):
    phone = Phone(open_poll(quota=3))
    forms = [phone.form("01") for _ in range(VOTERS)]

    send_together(live_server, phone, forms)

    assert set(Ballot.objects.values_list("id", flat=True)) == set(
        BallotSignal.objects.values_list("ballot_id", flat=True)
    )
