"""A night that is open by the real clock, its seats with their cards, and who runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories import (
    RULES,
    draw_order,
    make_contest,
    make_entry,
    make_operator,
    make_rule_sheet,
    make_user,
    sign_in,
)
from tests.faults.night.judges import Card
from voting.judging import services as judging
from voting.judging.models import Turn
from voting.judging.queries import turns_of
from voting.stage.services import make_show

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PreparedNight:
    """``cards`` by the codes of seats, ``seats`` from their numbers to their codes. Cookies
    are those of people who are signed in."""

    slug: str
    screen: str
    turns: list[Turn]
    cards: Mapping[str, Card]
    seats: Mapping[str, str]
    hosts: list[Mapping[str, str]]
    supervisor: Mapping[str, str]


def prepared_night(*, seats: int, entries: int) -> PreparedNight:
    """So many seats in two panels. One of them in ten is recused from one entry."""
    now = timezone.now()
    contest = make_contest(
        poll_opens_at=now - 2 * _DAY,
        poll_closes_at=now - _DAY,
        night_opens_at=now - _HOUR,
    )
    by, before = make_user(), now - 2 * _HOUR
    shortlist = [make_entry(contest=contest) for _ in range(entries)]
    make_rule_sheet(contest=contest, frozen_at=before)
    night = judging.set_up_night(by=by, contest=contest, document=RULES, now=before)
    panels, cards, numbers = list(night.panels.all()), {}, {}
    for place in range(seats):
        code = f"{'AC'[place % 2]}{place // 2 + 1:02d}"
        seat, card = judging.add_seat(
            by=None,
            night=night,
            panel=panels[place % 2].code,
            code=code,
            name="周某某",
            now=before,
        )
        cards[code] = Card(card.token, card.pin)
        numbers[str(seat.pk)] = code
        if place % 10 == 9:
            judging.record_recusal(
                by=by,
                seat=seat,
                entry=shortlist[place % entries],
                reason="原任职单位",
                now=before,
            )
    draw_order(night.rounds.get(), now=before)
    supervisors = [make_operator(Role.SUPERVISOR) for _ in range(2)]
    judging.name_supervisors(by=by, night=night, users=supervisors, now=before)
    assert open_stage(contest=contest, stage=Stage.NIGHT, now=contest.night_opens_at)
    return PreparedNight(
        slug=contest.slug,
        screen=make_show(night=night).token,
        turns=turns_of(night),
        cards=cards,
        seats=numbers,
        hosts=[_signed_in(make_operator(Role.HOST)) for _ in range(2)],
        supervisor=_signed_in(supervisors[0]),
    )


def _signed_in(user: User) -> dict[str, str]:
    client = Client()
    sign_in(client, user)
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}
