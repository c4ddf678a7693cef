import pytest
from django.db import DatabaseError, connection, transaction

from showcase.contests.models import Contest
from site_cms.trail.append_only import rewriting_allowed
from site_cms.trail.models import TrailEntry
from site_cms.trail.services import record
from tests.factories import NOW, make_contest, make_user

pytestmark = pytest.mark.django_db


def make_trail_entry() -> TrailEntry:
    return record(
        by=make_user(),
        action="contest.created",
        subject=make_contest(),
        sentence="建立活动",
        now=NOW,
    )


def test_trail_entry_cannot_be_changed():
    entry = make_trail_entry()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        TrailEntry.objects.filter(pk=entry.pk).update(sentence="另一句话")

    entry.refresh_from_db()
    assert entry.sentence == "建立活动"


def test_trail_entry_cannot_be_removed():
    entry = make_trail_entry()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        TrailEntry.objects.filter(pk=entry.pk).delete()

    assert TrailEntry.objects.filter(pk=entry.pk).exists()


def test_the_archive_may_rewrite_within_its_block_and_not_after_it():
    entry = make_trail_entry()

    with rewriting_allowed(connection):
        TrailEntry.objects.filter(pk=entry.pk).update(sentence="归档")
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        TrailEntry.objects.filter(pk=entry.pk).update(sentence="再改")

    entry.refresh_from_db()
    assert entry.sentence == "归档"


def test_contest_never_turns_from_real_to_practice():
    contest = make_contest(practice=False)

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Contest.objects.filter(pk=contest.pk).update(
            practice=True, practice_note="演练"
        )


def test_contest_keeps_its_kind_when_it_is_saved_whole():
    contest = make_contest(name="旧名")
    contest.name = "新名"

    contest.save()

    contest.refresh_from_db()
    assert contest.name == "新名"
