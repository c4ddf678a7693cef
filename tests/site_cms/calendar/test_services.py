from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.calendar.models import DayOverride
from site_cms.calendar.queries import calendar_of
from site_cms.calendar.rules import Counts
from site_cms.calendar.services import override_day
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_operator, make_user, sign_in

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 6, 1)


def say(counts=Counts.OFF, *, by=None, day=MONDAY, reason="县庆放假一天"):
    return override_day(
        by=by or make_user(), day=day, counts=counts, reason=reason, now=NOW
    )


def why_off(day=MONDAY) -> str:
    return calendar_of(2026, 2026).why_off(day)


def test_a_day_that_an_operator_gives_off_does_not_count():
    say()

    assert why_off() == "县庆放假一天"


def test_the_latest_word_about_a_day_counts_and_the_earlier_ones_stay():
    say()
    say(Counts.AS_STATED, reason="县庆改期")

    assert why_off() == ""
    assert DayOverride.objects.count() == 2


def test_an_override_stands_in_the_trail_with_its_reason():
    by = make_user()
    say(by=by)

    entry = TrailEntry.objects.get()
    assert (entry.by, entry.action, entry.sentence) == (
        by,
        "calendar.overridden",
        "登记工作日：2026-06-01 不算工作日，县庆放假一天",
    )


def test_an_override_without_a_reason_is_refused():
    with pytest.raises(ValidationError):
        say(reason="  ")

    assert DayOverride.objects.count() == 0


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda rows: rows.update(reason="别的"), id="change"),
        pytest.param(lambda rows: rows.delete(), id="delete"),
    ],
)
def test_what_was_said_of_a_day_cannot_be_rewritten(rewrite):
    said = say()

    with pytest.raises(DatabaseError), transaction.atomic():
        rewrite(DayOverride.objects.filter(pk=said.pk))


def test_an_administrator_adds_one_in_the_admin_and_changes_none(client):
    sync_groups()
    by = sign_in(client, make_operator(Role.ADMINISTRATOR))
    typed = {"day": "2026-06-01", "counts": "off", "reason": "县庆放假一天"}

    client.post(reverse("day_overrides:add"), typed)

    said = DayOverride.objects.get()
    assert (said.day, said.counts, said.made_by) == (MONDAY, Counts.OFF, by)
    change = client.post(reverse("day_overrides:edit", args=[said.pk]), typed)
    assert change.status_code in {302, 403}
    assert DayOverride.objects.count() == 1
    page = client.get(reverse("day_overrides:index"))
    assert "县庆放假一天" in page.content.decode()
