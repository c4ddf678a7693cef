"""A head is signed when the log has grown, after the log was read again."""

import logging

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from site_cms.privacy.keys import destroy_key
from site_cms.trail.append_only import rewriting_allowed
from tests.factories import MINUTE, NOW, SECOND, make_contest, make_head, make_log_entry
from voting.log import heads
from voting.log.errors import LogAltered, LogKeyUnavailable, NoteRefused
from voting.log.heads import head_of, sign_due_heads, sign_head
from voting.log.models import Kind, Log, LogEntry, SignedHead
from voting.rules.merkle import leaf_hash
from voting.rules.notes import Head

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_what_was_said():
    heads._said.clear()


def test_a_head_is_a_note_that_its_key_signed():
    contest = make_contest(slug="linxi")
    entry = make_log_entry(contest=contest)

    head = make_head(contest)

    text, _, signature = head.note.partition("\n\n")
    assert text == (
        "127.0.0.1:8000/log/linxi\n1\nROOT\nballots 0\ntime 2026-06-01T12:00Z"
    ).replace("ROOT", text.splitlines()[2])
    assert signature.startswith("— 127.0.0.1:8000/log/linxi ")
    assert bytes(head.root) == leaf_hash(entry.text.encode())
    assert head_of(head.note, Log.objects.get()) == Head(
        "127.0.0.1:8000/log/linxi", 1, bytes(head.root), 0, "2026-06-01T12:00Z"
    )


def test_a_head_counts_the_ballots_of_all_batches_before_it():
    contest = make_contest()
    make_log_entry(contest=contest, kind=Kind.BALLOTS, leaves=31, ballots=20)
    make_head(contest)
    make_log_entry(contest=contest)
    make_log_entry(contest=contest, kind=Kind.BALLOTS, leaves=41, ballots=25)

    assert make_head(contest, now=NOW + MINUTE).ballots == 45


def test_a_log_is_signed_once_a_minute_and_only_when_it_has_grown():
    contest, other = make_contest(), make_contest()
    make_log_entry(contest=contest)
    make_log_entry(contest=other)
    sign_due_heads(now=NOW)
    make_log_entry(contest=contest)

    sign_due_heads(now=NOW + MINUTE - SECOND)
    assert SignedHead.objects.count() == 2
    for _ in range(2):
        sign_due_heads(now=NOW + MINUTE)

    sizes = SignedHead.objects.filter(log_id=contest.pk).values_list("size", flat=True)
    assert list(sizes) == [1, 2]
    assert SignedHead.objects.filter(log_id=other.pk).count() == 1


def test_an_empty_log_is_not_signed():
    entry = make_log_entry()
    with rewriting_allowed(connection):
        entry.delete()

    sign_due_heads(now=NOW)

    assert SignedHead.objects.count() == 0


def alter(entry: LogEntry, **fields) -> None:
    with rewriting_allowed(connection):
        LogEntry.objects.filter(pk=entry.pk).update(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"text": "{}"}, id="another statement"),
        pytest.param({"hashes": bytes(3 * 32)}, id="other leaves"),
        pytest.param({"hashes": b""}, id="no leaves"),
        pytest.param({"peaks": bytes(32)}, id="another frontier"),
        pytest.param({"first_leaf": 5}, id="another place"),
        pytest.param({"leaves": 2}, id="another length"),
    ],
)
def test_a_log_that_was_altered_is_not_signed(fields):
    contest = make_contest()
    make_log_entry(contest=contest)
    alter(make_log_entry(contest=contest, leaves=3), **fields)

    with pytest.raises(LogAltered):
        make_head(contest)
    assert SignedHead.objects.count() == 0


def test_what_was_signed_before_must_still_be_there():
    contest = make_contest()
    entry = make_log_entry(contest=contest)
    make_head(contest)
    alter(entry, peaks=bytes(32))
    make_log_entry(contest=contest)

    with pytest.raises(LogAltered):
        make_head(contest, now=NOW + MINUTE)


def test_a_log_cut_back_behind_its_head_is_not_signed():
    contest = make_contest()
    make_log_entry(contest=contest)
    last = make_log_entry(contest=contest)
    make_head(contest)
    with rewriting_allowed(connection):
        last.delete()
    make_log_entry(contest=contest, leaves=2)

    with pytest.raises(LogAltered):
        make_head(contest, now=NOW + MINUTE)


def test_without_its_key_a_log_grows_unsigned_and_the_operators_hear_of_it(caplog):
    contest, other = make_contest(), make_contest()
    for each in (contest, other):
        make_log_entry(contest=each)
    log = Log.objects.get(pk=contest.pk)
    destroy_key(log.key_name)

    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            sign_due_heads(now=NOW)
    make_log_entry(contest=contest)

    assert [record.log for record in caplog.records] == [log.origin]
    assert list(SignedHead.objects.values_list("log_id", flat=True)) == [other.pk]
    with pytest.raises(LogKeyUnavailable):
        sign_head(log=log, now=NOW)


def test_a_note_of_another_log_is_refused():
    contest, other = make_contest(), make_contest()
    for each in (contest, other):
        make_log_entry(contest=each)
    note = make_head(contest).note

    with pytest.raises(NoteRefused):
        head_of(note, Log.objects.get(pk=other.pk))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("\n1\n", "\n2\n", id="size"),
        pytest.param("ballots 0", "ballots 1", id="ballots"),
        pytest.param("12:00Z", "12:01Z", id="time"),
        pytest.param("\n\n", "\n", id="no empty line"),
    ],
)
def test_a_changed_note_is_refused(before, after):
    contest = make_contest()
    make_log_entry(contest=contest)
    note = make_head(contest).note
    assert before in note

    with pytest.raises(NoteRefused):
        head_of(note.replace(before, after, 1), Log.objects.get())


def test_the_key_of_a_log_is_an_ed25519_key():
    make_log_entry()

    Ed25519PublicKey.from_public_bytes(bytes(Log.objects.get().public_key))
