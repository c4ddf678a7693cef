"""What decides a contest stands in its public log, and nothing that is not public yet."""

import re
from hashlib import sha256

import pytest
from django.db import transaction

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from site_cms.privacy.keys import destroy_key
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    draw_order,
    lock_turn,
    make_night,
    make_open_turn,
    make_publication,
    make_rule_sheet,
    make_sheet,
    make_user,
    open_poll,
)
from voting.judging import services as judging
from voting.judging.errors import JudgingError
from voting.judging.models import Turn, TurnLock
from voting.judging.services.public import locked_text
from voting.log.errors import LogKeyUnavailable
from voting.log.models import Log, LogEntry
from voting.log.services import log_key, statement_salt
from voting.polls.models import Poll
from voting.polls.services import extend_poll, pause_poll, resume_poll
from voting.rulesheets.services import confirm_freeze, propose_freeze

pytestmark = pytest.mark.django_db


def said(contest: Contest, kind: str) -> list[dict]:
    entries = LogEntry.objects.of_contest(contest.pk).of_kind(kind).in_order()
    return [entry.statement for entry in entries]


def person(name: str):
    return make_user(last_name=name[0], first_name=name[1:])


def test_a_frozen_rule_sheet_is_there_by_its_hash():
    sheet = make_rule_sheet()
    proposal = propose_freeze(
        by=person("王芳"), rule_sheet=sheet, reason="定稿", now=NOW
    )

    sheet = confirm_freeze(by=person("李强"), proposal=proposal, now=NOW)

    assert said(sheet.contest, "rule_sheet") == [
        {
            "at": "2026-06-01T12:00Z",
            "kind": "rule_sheet",
            "title": "计分规则",
            "hash": sheet.rules_hash,
            "by": ["王芳", "李强"],
        }
    ]


def test_a_rejected_act_says_nothing():
    sheet = make_rule_sheet()
    proposal = propose_freeze(by=make_user(), rule_sheet=sheet, reason="定稿", now=NOW)
    with transaction.atomic():
        confirm_freeze(by=make_user(), proposal=proposal, now=NOW)
        transaction.set_rollback(True)

    assert LogEntry.objects.count() == 0


def test_an_opened_night_is_there_with_what_was_frozen_and_the_key_of_the_log():
    contest = make_night().contest
    opening = contest.openings.get()

    (statement,) = said(contest, "opened")

    assert statement == {
        "at": "2026-06-01T11:00Z",
        "kind": "opened",
        "stage": "night",
        "hash": opening.frozen_hash,
        **log_key(contest, now=NOW),
    }


def test_a_subject_above_adds_what_it_has_to_say_to_an_opening(settings):
    settings.PUBLIC_LOG_FACTS = {"opened": ["tests.factories.logs.say_thresholds"]}
    night = make_night(opened=False)

    open_stage(contest=night.contest, stage=Stage.NIGHT, now=NOW)

    (statement,) = said(night.contest, "opened")
    assert statement["thresholds"] == "ab" * 32


@pytest.mark.django_db(transaction=True)
def test_a_pause_its_end_and_an_extension_are_there_with_their_words():
    poll = Poll.objects.get(pk=open_poll().id)
    contest, by = poll.contest, person("王芳")
    Contest.objects.update(
        poll_opens_at=NOW - DAY, poll_closes_at=NOW.replace(second=30) + DAY
    )

    pause_poll(by=by, poll=poll, notice="停电。", now=NOW)
    resume_poll(by=by, poll=poll, notice="来电了。", now=NOW + HOUR)
    extend_poll(
        by=by, poll=poll, closes_at=NOW + 2 * DAY, reason="补足一天。", now=NOW + HOUR
    )

    assert said(contest, "paused") == [
        {
            "at": "2026-06-01T12:00Z",
            "kind": "paused",
            "notice": "停电。",
            "by": ["王芳"],
        }
    ]
    assert said(contest, "resumed") == [
        {
            "at": "2026-06-01T13:00Z",
            "kind": "resumed",
            "notice": "来电了。",
            "paused_at": "2026-06-01T12:00Z",
            "by": ["王芳"],
        }
    ]
    assert said(contest, "extended") == [
        {
            "at": "2026-06-01T13:00Z",
            "kind": "extended",
            "reason": "补足一天。",
            "before": "2026-06-02T12:00Z",
            "after": "2026-06-03T12:00Z",
            "by": ["王芳"],
        }
    ]


def test_a_draw_is_there_with_its_list_and_seed():
    night = make_night()
    draw = night.rounds.get().draw

    listed, drawn = said(night.contest, "draw")
    assert (listed["act"], listed["list"], listed["list_hash"]) == (
        "list",
        draw.listed,
        draw.list_hash,
    )
    assert "seed" not in listed
    assert (drawn["act"], drawn["list_hash"], drawn["seed"], drawn["entries"]) == (
        "drawn",
        draw.list_hash,
        draw.seed,
        2,
    )


@pytest.fixture
def locked() -> TurnLock:
    night = make_night()
    turn = make_open_turn(night)
    for number, seat in enumerate(night.seats.all()):
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": f"4{number}", "presentation": "33.5"},
        )
    return lock_turn(turn)


def digest_of(turn: Turn, corrections: int) -> str:
    salt = statement_salt(
        contest=turn.round.night.contest,
        now=NOW,
        parts=["sheets", turn.round.code, str(turn.entry.number), str(corrections)],
    )
    return sha256(salt + locked_text(turn).encode()).hexdigest()


def test_locked_sheets_are_promised_and_not_shown(locked):
    turn = Turn.objects.get(pk=locked.turn_id)

    (statement,) = said(turn.round.night.contest, "sheet")

    assert statement == {
        "at": "2026-06-01T12:00Z",
        "kind": "sheet",
        "round": "现场评比",
        "turn": 1,
        "entry": turn.entry.number,
        "corrections": 0,
        "digest": digest_of(turn, 0),
        "by": [str(locked.asked_by), str(locked.confirmed_by)],
    }
    assert '["A01",1,{"presentation":"33.5","results":"40.0"}]' in locked_text(turn)


def test_the_digest_of_the_same_marks_differs_with_the_log(locked):
    """Nobody can try all marks: without the key there is nothing to try them with."""
    turn = locked.turn
    first = digest_of(turn, 0)

    assert first != digest_of(turn, 1)
    assert re.fullmatch("[0-9a-f]{64}", first)


def test_a_correction_promises_the_new_sheets_and_says_nothing_of_marks(locked):
    turn = Turn.objects.get(pk=locked.turn_id)
    seat = turn.round.night.seats.get(code="A01")
    before = locked_text(turn)
    proposal = judging.propose_correction(
        by=person("王芳"),
        turn=turn,
        seat=seat,
        marks={"results": "22.5", "presentation": "30"},
        reason="把 22.5 按成 50",
        now=NOW,
    )

    judging.confirm_correction(by=person("李强"), proposal=proposal, now=NOW)

    (statement,) = said(turn.round.night.contest, "corrected")
    assert statement == {
        "at": "2026-06-01T12:00Z",
        "kind": "corrected",
        "round": "现场评比",
        "turn": 1,
        "entry": turn.entry.number,
        "seat": "A01",
        "corrections": 1,
        "digest": digest_of(turn, 1),
        "by": ["王芳", "李强"],
    }
    assert locked_text(turn) != before


def test_without_the_logs_key_nothing_is_locked_and_everything_stays_as_it_was():
    night = make_night()
    turn = make_open_turn(night)
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn)
    destroy_key(Log.objects.get().key_name)

    with pytest.raises(LogKeyUnavailable, match="密钥"):
        lock_turn(turn)

    assert TurnLock.objects.count() == 0
    assert said(night.contest, "sheet") == []


def test_a_published_result_is_there_by_its_hashes():
    publication = make_publication()
    computation = publication.computation

    assert said(publication.contest, "result") == [
        {
            "at": "2026-06-01T12:00Z",
            "kind": "result",
            "rules_hash": computation.rule_sheet.rules_hash,
            "inputs_hash": computation.inputs_hash,
            "outcome_hash": computation.outcome_hash,
            "by": [str(publication.proposed_by), str(publication.confirmed_by)],
        }
    ]


def test_a_second_draw_is_refused_and_says_nothing_more():
    night = make_night(opened=False)

    with pytest.raises(JudgingError), transaction.atomic():
        draw_order(night.rounds.get(), seed="1" * 20)

    assert len(said(night.contest, "draw")) == 2
