"""All that ever reaches a judge's device, compared with a list of what it may know.

A field that is added to a payload fails here until somebody has thought about it.
"""

import json
import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import (
    RULES,
    lock_turn,
    make_night_today,
    make_sheet,
    make_user,
)
from voting.judging import services
from voting.judging.models import Device

pytestmark = pytest.mark.django_db

TURN = {
    "turn.id",
    "turn.order",
    "turn.plate",
    "turn.unit",
    "turn.category",
    "turn.ends_at",
    "turn.criteria[].code",
    "turn.criteria[].name",
    "turn.criteria[].hint",
    "turn.criteria[].minimum",
    "turn.criteria[].maximum",
    "turn.criteria[].step",
}
OWN_SHEET = {
    "sheet.id",
    "sheet.turn",
    "sheet.version",
    "sheet.marks.results",
    "sheet.marks.presentation",
    "sheet.total",
    "sheet.received_at",
    "sheet.receipt",
    "sheet.aside",
}
MAY_KNOW = {
    "state",
    "sent",
    "reason",
    *TURN,
    *OWN_SHEET,
    "outlier.id",
    "upcoming.plate",
    "upcoming.unit",
    "upcoming.on_stage",
    "others[].state",
    *(f"others[].{path}" for path in TURN | OWN_SHEET),
    "rival.label",
    "rival.at",
    "successor.label",
    "successor.at",
    "late[].plate",
    "late[].unit",
    "late[].total",
    "late[].at",
    "late[].why",
}
ANSWERS = {
    "message",
    "error",
    *OWN_SHEET,
    *(f"problems.{criterion}" for criterion in ("results", "presentation")),
}
# What the other seats gave, the totals of it, and names that are nobody's business here.
STRANGERS = [
    "41.5",
    "42.5",
    "43.5",
    "33.5",
    "75.0",
    "76.0",
    "77.0",
    "A02",
    "C01",
    "C02",
]


def paths(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path


class Browser:
    """One judge's browser that keeps all it was ever told."""

    def __init__(self, card):
        self.client, self.address = Client(), f"/judge/{card.token}/"
        self.views, self.answers, self.texts = [], [], []
        self.keep(
            self.client.post(f"{self.address}sign-in/", {"pin": card.pin}, follow=True)
        )

    def keep(self, response):
        self.texts.append(response.content.decode() + str(dict(response.headers)))
        return response

    def look(self, query=""):
        """The page and what its script asks for."""
        page = self.keep(self.client.get(f"{self.address}{query}")).content.decode()
        payload = re.search(r'data-payload="([^"]*)"', page)
        if payload:
            self.views.append(json.loads(unescape(payload.group(1))))
        state = self.keep(self.client.get(f"{self.address}state/"))
        if state.status_code == 200:
            self.views.append(state.json())
            return state.json()["state"]
        self.answers.append(state.json())
        return None

    def send(self, turn, results="50", version=1):
        body = {
            "id": str(uuid.uuid4()),
            "turn": turn.pk,
            "version": version,
            "marks": {"results": results, "presentation": "30"},
        }
        answer = self.keep(
            self.client.post(
                f"{self.address}sheets/",
                json.dumps(body),
                content_type="application/json",
            )
        ).json()
        self._told(answer)
        return answer

    def stand_by_it(self):
        prompt = self.views[-1]["outlier"]["id"]
        answer = self.keep(
            self.client.post(
                f"{self.address}keep/{prompt}/", headers={"Accept": "application/json"}
            )
        ).json()
        self._told(answer)

    def ask_for_the_seat(self):
        self.keep(
            self.client.post(
                f"{self.address}take-over/", {"answer": "take"}, follow=True
            )
        )

    def _told(self, answer):
        self.views += [answer.pop("view")] if "view" in answer else []
        self.answers.append(answer)


@pytest.fixture
def evening():
    """A night with two units together, one recused, an outlier, a late sheet, two devices."""
    night = make_night_today(
        seats=2,
        entries=3,
        opened=True,
        document=RULES | {"outliers": {"distance": "20", "dixon": False}},
    )
    host = make_user()
    card = services.reissue_card(
        by=host, seat=night.seats.get(code="A01"), now=timezone.now()
    )
    return night, host, card


def others_mark(turn):
    for code, mark in (("A02", "41.5"), ("C01", "42.5"), ("C02", "43.5")):
        make_sheet(
            seat=turn.round.night.seats.get(code=code),
            turn=turn,
            marks={"results": mark, "presentation": "33.5"},
            now=timezone.now(),
        )


def seen_on(night, host, card):
    judge = Browser(card)
    states = [judge.look()]
    first = services.call_turn(by=host, night=night, now=timezone.now())
    services.mark_with_next(by=host, turn=first, now=timezone.now())
    second = services.call_turn(by=host, night=night, now=timezone.now())
    states.append(judge.look())
    services.open_turn(by=host, turn=second, now=timezone.now())
    states.append(judge.look())
    judge.send(first, results="99")
    judge.send(first, results="2")
    for turn in (first, second):
        others_mark(turn)
    judge.send(second)
    states.append(judge.look())
    for turn in (first, second):
        services.ask_outliers(by=host, turn=turn, now=timezone.now())
    judge.look(f"?turn={first.pk}")
    judge.stand_by_it()
    services.waive_outliers(by=host, turn=first, now=timezone.now())
    for turn in (first, second):
        lock_turn(turn, now=timezone.now())
    judge.send(first, results="3", version=2)
    states.append(judge.look())
    rival = Browser(card)
    rival.ask_for_the_seat()
    states += [rival.look(), judge.look()]
    services.admit_device(
        by=host, device=Device.objects.waiting().get(), now=timezone.now()
    )
    states += [judge.look(), rival.look()]
    stranger = Client()
    judge.answers.append(stranger.get(f"{judge.address}state/").json())
    return judge, rival, states


def test_no_payload_of_the_evening_holds_more_than_a_judge_may_know(evening):
    judge, rival, states = seen_on(*evening)

    assert states == [
        "wait",
        "wait",
        "open",
        "received",
        "locked",
        "pending",
        "locked",
        "taken",
        "locked",
    ]
    views = {path for view in judge.views + rival.views for path in paths(view)}
    assert views - MAY_KNOW == set()
    # What is listed and never seen would let something through unnoticed.
    assert MAY_KNOW - views - {"reason"} == set()
    answers = {path for answer in judge.answers for path in paths(answer)}
    assert answers - ANSWERS == set()


def test_no_mark_name_or_total_of_anybody_else_reaches_a_device_all_evening(evening):
    judge, rival, _ = seen_on(*evening)

    texts = " ".join(judge.texts + rival.texts)

    assert [stranger for stranger in STRANGERS if stranger in texts] == []
    assert "rank" not in texts
