"""A connection that PostgreSQL closed meanwhile costs nobody a ballot."""

from uuid import UUID

import pytest
from django.db import connection

from tests.factories import open_poll
from voting.polls.casting import insert_ballot
from voting.polls.models import Ballot

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def close_from_the_other_side():
    """As a restart of PostgreSQL does to connections that are kept."""
    number = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    other.close()


def store(poll, number):
    return insert_ballot(
        poll_id=poll.id,
        request_key=UUID(int=number),
        voter_key=UUID(int=100 + number),
        choices=b"\x01\x00\x00",
        day=None,
    )


def test_the_next_ballot_is_stored_over_a_new_connection():
    poll = open_poll()
    store(poll, 1)
    close_from_the_other_side()

    stored = store(poll, 2)

    assert stored.id > 0
    assert Ballot.objects.count() == 2


def test_a_ballot_that_was_stored_before_the_answer_was_lost_is_not_stored_again():
    poll = open_poll()
    store(poll, 1)
    close_from_the_other_side()

    assert store(poll, 1) is None
    assert Ballot.objects.count() == 1
