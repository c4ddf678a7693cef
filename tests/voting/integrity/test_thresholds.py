"""Thresholds are set before the opening, hashed in public then, and told at the close."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    make_contest,
    make_entry,
    make_night,
    make_operator,
    sign_in,
)
from tests.factories.integrity import close_in_log, officer
from tests.factories.polls import make_poll, open_poll
from voting.integrity.detection.limits import BOUNDS, Limits
from voting.integrity.detection_models import Thresholds
from voting.integrity.errors import ThresholdOutOfBounds, ThresholdsFrozen
from voting.integrity.gates import poll_gate
from voting.integrity.rehearsal import effects_of
from voting.integrity.thresholds_queries import (
    hash_for_log,
    limits_of,
    text_for_log,
    text_of,
)
from voting.integrity.thresholds_services import set_thresholds
from voting.log.models import Kind, LogEntry
from voting.polls.models import Poll

pytestmark = pytest.mark.django_db

STRICT = replace(Limits(), certainty=9)


def set_for(contest, limits=STRICT, *, by=None):
    return set_thresholds(by=by or officer(), contest=contest, limits=limits, now=NOW)


def values(limits=STRICT) -> dict[str, int]:
    return limits.to_json()


def test_what_was_set_last_counts_and_the_first_stays_readable():
    contest = make_contest()
    set_for(contest, Limits())
    set_for(contest, STRICT)

    assert limits_of(contest) == STRICT
    assert list(Thresholds.objects.values_list("version", flat=True)) == [1, 2]


def test_hash_is_of_the_text_and_cannot_be_guessed():
    contest, other = make_contest(), make_contest()
    first, second = set_for(contest), set_for(other)

    assert first.sha256 == hashlib.sha256(first.text.encode()).hexdigest()
    assert first.sha256 != second.sha256
    assert json.loads(first.text)["limits"] == values()


def test_log_is_told_the_hash_at_the_opening_and_the_text_at_the_close():
    contest = make_contest(practice=True, practice_note="演练")
    make_entry(contest=contest)
    make_poll(contest=contest)
    thresholds = set_for(contest)

    assert open_stage(contest=contest, stage=Stage.POLL, now=NOW + HOUR)

    [opened] = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.OPENED)
    assert opened.statement["thresholds_sha256"] == thresholds.sha256
    assert "certainty" not in opened.text
    assert text_for_log(contest, now=NOW) == {"thresholds": thresholds.text}


def test_log_is_told_the_hash_once():
    contest = make_night().contest

    assert hash_for_log(contest, now=NOW) == {}


def test_nobody_changes_them_once_the_poll_is_open():
    frozen = open_poll()
    contest = Poll.objects.get(pk=frozen.id).contest

    with pytest.raises(ThresholdsFrozen):
        set_for(contest)

    assert not Thresholds.objects.exists()


def test_database_refuses_to_change_a_version():
    thresholds = set_for(make_contest())

    with pytest.raises(DatabaseError), transaction.atomic():
        Thresholds.objects.filter(pk=thresholds.pk).update(text="{}")


@pytest.mark.parametrize("name", sorted(BOUNDS))
@pytest.mark.parametrize("beyond", [-1, 1])
def test_no_limit_leaves_its_bounds(name, beyond):
    edge = BOUNDS[name][beyond > 0]

    with pytest.raises(ThresholdOutOfBounds):
        set_for(make_contest(), replace(Limits(), **{name: edge + beyond}))


def test_defaults_lie_within_their_bounds():
    assert set(BOUNDS) == set(Limits().to_json())
    assert set_for(make_contest(), Limits())


def test_trail_holds_the_hash_and_not_the_numbers():
    thresholds = set_for(make_contest())

    entry = TrailEntry.objects.get(action="thresholds.set")
    assert entry.details == {"sha256": thresholds.sha256}


def test_real_poll_does_not_open_before_somebody_confirmed_them():
    contest = make_contest()
    make_poll(contest=contest)
    before = poll_gate(contest, now=NOW).still_open

    set_for(contest, Limits())

    after = poll_gate(contest, now=NOW).still_open
    assert [each for each in before if "阈值" in each] != []
    assert [each for each in after if "阈值" in each] == []


def test_practice_poll_opens_with_the_defaults():
    contest = make_contest(practice=True, practice_note="演练")
    make_poll(contest=contest)

    still_open = poll_gate(contest, now=NOW).still_open
    assert [each for each in still_open if "阈值" in each] == []
    assert json.loads(text_of(contest)) == {
        "limits": Limits().to_json(),
        "salt": "",
    }


def test_invented_poll_shows_what_the_limits_would_find():
    effects = effects_of(Limits())

    assert {effect.label: effect.found * 2 >= effect.ballots for effect in effects} == {
        "一台机器上的程序": True,
        "换着地址的程序（代理池）": True,
        "租来的真人账号": False,
        "单位发动职工投票": False,
        "一个村共用一个地址，有代投人": False,
        "其余的普通投票人": False,
    }


def page_of(contest) -> str:
    return reverse("integrity:thresholds", args=[contest.slug])


@pytest.fixture
def contest():
    sync_groups()
    return make_poll().contest


def test_officer_sees_the_effect_before_anything_is_set(client, contest):
    sign_in(client, officer())

    shown = client.post(page_of(contest), values())

    assert "在编造的数据上会怎样" in shown.content.decode()
    assert not Thresholds.objects.exists()

    client.post(page_of(contest), values() | {"confirmed": "1"})
    assert limits_of(contest) == STRICT


def test_form_begins_with_what_holds_and_keeps_what_was_typed(client, contest):
    set_for(contest)
    sign_in(client, officer())

    assert 'value="9"' in client.get(page_of(contest)).content.decode()
    wrong = client.post(page_of(contest), values() | {"burst": "999"})
    page = wrong.content.decode()
    assert "请填 2 到 20 的整数。" in page
    assert 'value="999"' in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR])
def test_nobody_but_the_officer_sees_the_numbers(client, contest, role):
    set_for(contest)
    sign_in(client, make_operator(role))

    assert client.get(page_of(contest)).url == "/admin/"


def test_page_says_that_they_are_frozen_after_the_opening(client):
    sync_groups()
    frozen = open_poll()
    poll = Poll.objects.select_related("contest").get(pk=frozen.id)
    close_in_log(frozen)
    sign_in(client, officer())

    page = client.post(page_of(poll.contest), values() | {"confirmed": "1"})
    assert "谁也不能改" in page.content.decode()
    assert not Thresholds.objects.exists()


def test_stranger_is_sent_to_sign_in(client, contest):
    assert client.get(page_of(contest)).status_code == 302
