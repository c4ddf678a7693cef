"""Every payload of every role, at every step of an evening, against the list of what may be known."""

import hashlib
import html
import json
import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from showcase.pages.renditions import COVER
from site_cms.accounts.roles import Role
from site_cms.pages.renditions import LARGE
from tests.factories import (
    make_device,
    make_night_today,
    make_operator,
    make_sheet,
    seated,
    sign_in,
)
from tests.factories.moderation import make_editor
from tests.pictures import make_image
from tests.site_factories import make_page, make_showcase
from tests.voting.stage.known import FIELDS, HEADERS, KNOWN
from voting.judging import services as judging
from voting.judging.models import Recusal
from voting.judging.queries import night_of
from voting.judging.rules import HostAct
from voting.stage import services
from voting.stage.models import Scene
from voting.stage.queries import facts_of, show_at
from voting.stage.rules import snapshot
from voting.stage.snapshots import snapshot_of

pytestmark = pytest.mark.django_db

OWN, ABSENT, RECUSED = "C03", "A04", "C04"
MARKS = {"A01": "51.5", "A02": "52.5", "A03": "53.5", "C01": "54.5", "C02": "55.5"}
_ADDRESS = re.compile(r"/media/[^\s\"'&\\]+")


def is_said(secret: str, text: str) -> bool:
    """Whether it stands there by itself: not as seconds of a clock, not inside a token."""
    alone = rf"(?<![A-Za-z0-9:.]){re.escape(secret)}(?![A-Za-z0-9])"
    return re.search(alone, text) is not None


class Evening:
    """A night whose every secret is a word that occurs nowhere else."""

    def __init__(self) -> None:
        self.night = make_night_today(seats=4)
        for seat in self.night.seats.all():
            seat.name = f"评委{seat.code}某"
            seat.save()
        self.host = make_operator(Role.HOST)
        self.supervisor = make_operator(Role.SUPERVISOR)
        self.token = services.make_show(night=self.night).token
        self.first, self.second = self._pages()
        Recusal.objects.create(
            seat=self._seat(RECUSED),
            entry=self.first.entry,
            reason="曾在该单位任职",
            recorded_at=timezone.now(),
        )
        self.judge, self.judge_address = seated(self._seat(OWN))
        self.asked = self._asked()
        self.secrets = self._secrets()

    def _seat(self, code: str):
        return self.night.seats.get(code=code)

    def _pages(self):
        make_showcase(self.night.contest)
        pages = []
        for turn in self.night.rounds.get().turns.order_by("order"):
            gallery = {
                "heading": "照片",
                "images": [make_image(colour="navy"), make_image(colour="olive")],
                "caption": "九月拍的",
            }
            pages.append(make_page(turn.entry, body=[("gallery", gallery)]))
        draft = pages[0]
        draft.one_line = "还没有审过的一句话"
        draft.save_revision()
        return pages

    def _asked(self):
        host, supervisor, tabulator, unit = Client(), Client(), Client(), Client()
        sign_in(host, self.host)
        sign_in(supervisor, self.supervisor)
        sign_in(tabulator, make_operator(Role.TABULATOR))
        unit.force_login(make_editor(self.first))
        slug = self.night.contest.slug
        live = [f"/live/{slug}/", f"/live/{slug}/state/"]
        return {
            "anonymous": (Client(), live),
            "unit": (unit, live),
            "screen": (
                Client(),
                [f"/screen/{self.token}/", f"/screen/{self.token}/state/"],
            ),
            "judge": (
                self.judge,
                [self.judge_address, f"{self.judge_address}state/"],
            ),
            "host": (host, [f"/host/{slug}/", f"/host/{slug}/desk/"]),
            "supervisor": (supervisor, [f"/supervise/{slug}/"]),
            "tabulator": (
                tabulator,
                [f"/tabulate/{slug}/", f"/tabulate/{slug}/todo/"],
            ),
        }

    def _secrets(self) -> dict[str, list[str]]:
        others = [each.code for each in self.night.seats.exclude(code=OWN)]
        slides = [image for block in self.first.body for image in block.value["images"]]
        return {
            "marks": [*MARKS.values(), "33.5"],
            "totals": ["85.0", "86.0", "87.0", "88.0", "89.0"],
            "points": ["86.00", "88.00"],
            "own marks": ["41.5", "31.5"],
            "own total": ["73.0"],
            "own name": [f"评委{OWN}某"],
            "names": [f"评委{code}某" for code in others],
            "seats": others,
            "why a seat is absent": ["突发急病送医"],
            "why a seat is recused": ["曾在该单位任职"],
            "address of the screens": [self.token],
            "draft": ["还没有审过的一句话"],
            "picture of the unit": [_cover(self.first)],
            "the slide": [slides[0].get_rendition(LARGE[0]).url],
            "a slide that nobody turned to": [slides[1].get_rendition(LARGE[0]).url],
            "picture of the next unit": [_cover(self.second)],
        }

    @property
    def turn(self):
        return night_of(self.night.contest).current_turn

    def act(self, act: HostAct) -> None:
        turn = None if act == HostAct.CALL else self.turn.pk
        services.host_act(
            by=self.host, night=self.night, act=act, turn_id=turn, now=timezone.now()
        )

    def show(self, scene: Scene) -> None:
        services.show_scene(
            by=self.host, night=self.night, scene=scene, now=timezone.now()
        )

    def turn_to(self, slide: int) -> None:
        services.show_slide(
            by=self.host,
            night=self.night,
            turn_id=self.turn.pk,
            slide=slide,
            now=timezone.now(),
        )

    def mark(self) -> None:
        own = {"results": "41.5", "presentation": "31.5"}
        sheets = {
            code: {"results": mark, "presentation": "33.5"}
            for code, mark in MARKS.items()
        }
        for code, marks in (sheets | {OWN: own}).items():
            seat = self._seat(code)
            make_sheet(
                seat=seat,
                turn=self.turn,
                marks=marks,
                device=seat.devices.last() or make_device(seat=seat),
                now=timezone.now(),
            )
        judging.mark_absent(
            by=self.host,
            turn=self.turn,
            seat=self._seat(ABSENT),
            reason="突发急病送医",
            now=timezone.now(),
        )

    def ask(self):
        proposal = judging.request_lock(
            by=self.host, turn=self.turn, now=timezone.now()
        )
        client, addresses = self.asked["supervisor"]
        lock = f"/supervise/{self.night.contest.slug}/{proposal.pk}/"
        self.asked["supervisor"] = (client, [*addresses, lock])
        return proposal

    def confirm(self, proposal) -> None:
        judging.confirm_lock(by=self.supervisor, proposal=proposal, now=timezone.now())
        client, addresses = self.asked["supervisor"]
        self.asked["supervisor"] = (client, addresses[:1])

    def known(self) -> dict[str, set[str]]:
        """Each kind of knowledge with the roles that have it: in bodies, headers and addresses."""
        texts = {}
        for role, (client, addresses) in self.asked.items():
            answers = [client.get(address) for address in addresses]
            assert {answer.status_code for answer in answers} == {200}, role
            told = [answer.content.decode() for answer in answers]
            told += [f"{name}: {value}" for a in answers for name, value in a.items()]
            texts[role] = html.unescape(unquote("\n".join(told)))
        found = {
            kind: {
                role
                for role, text in texts.items()
                if any(is_said(secret, text) for secret in secrets)
            }
            for kind, secrets in self.secrets.items()
        }
        return {kind: roles for kind, roles in found.items() if roles}


def _cover(page) -> str:
    return page.cover.get_rendition(COVER[1]).url


@pytest.fixture
def evening():
    return Evening()


def test_at_every_step_each_role_knows_what_the_list_allows(evening):
    seen = {"before the first call": evening.known()}
    evening.act(HostAct.CALL)
    seen["on stage"] = evening.known()
    evening.turn_to(1)
    seen["a slide"] = evening.known()
    evening.act(HostAct.OPEN)
    seen["marking"] = evening.known()
    evening.mark()
    seen["all sheets in"] = evening.known()
    proposal = evening.ask()
    seen["the supervisor is asked"] = evening.known()
    evening.confirm(proposal)
    seen["locked"] = evening.known()
    evening.act(HostAct.SHOW_SCORES)
    seen["scores shown"] = evening.known()
    evening.act(HostAct.CALL)
    seen["the next unit"] = evening.known()
    evening.show(Scene.BLACK)
    seen["black"] = evening.known()

    assert seen == KNOWN


def fields_of(value, path: str = "") -> set[str]:
    """Dotted names of everything in a payload; items of a list are told by its name."""
    if isinstance(value, dict):
        deeper = [fields_of(each, f"{path}.{name}" if path else name) for name, each in value.items()]  # fmt: skip
        return set().union(*deeper)
    if isinstance(value, list):
        return set().union(*(fields_of(each, path) for each in value))
    return {path}


def test_a_screen_is_sent_the_fields_of_its_scene_and_no_others(evening):
    seen = {"waiting": set(), "entry": set()}

    def look(scene: str) -> None:
        show = show_at(evening.token)
        payload = json.loads(snapshot_of(show))
        assert payload["scene"] == scene
        seen.setdefault(scene, set()).update(fields_of(payload))

    look("waiting")
    evening.act(HostAct.CALL)
    look("entry")
    evening.turn_to(1)
    look("entry")
    for scene in (Scene.ORDER, Scene.DRAW, Scene.BLACK):
        evening.show(scene)
        look(scene)
    evening.show(Scene.ENTRY)
    evening.act(HostAct.OPEN)
    evening.mark()
    evening.confirm(evening.ask())
    evening.act(HostAct.SHOW_SCORES)
    look("scores")

    assert {scene: fields - FIELDS[scene] for scene, fields in seen.items()} == {
        scene: set() for scene in FIELDS
    }


def test_the_page_of_a_screen_holds_the_picture_and_nothing_beside_it(evening):
    evening.act(HostAct.CALL)
    page = Client().get(f"/screen/{evening.token}/").content.decode()
    state = Client().get(f"/screen/{evening.token}/state/").content.decode()

    assert html.unescape(re.search(r'data-snapshot="([^"]*)"', page)[1]) == state
    assert set(_ADDRESS.findall(html.unescape(page))) == {_cover(evening.first)}


@pytest.mark.parametrize("where", ["screen", "live"])
def test_headers_tell_nothing_that_the_picture_does_not(evening, where):
    name = evening.token if where == "screen" else evening.night.contest.slug
    address = f"/{where}/{name}/state/"
    evening.act(HostAct.CALL)

    answer = Client().get(address)
    unchanged = Client().get(address, headers={"If-None-Match": answer["ETag"]})

    digest = hashlib.sha256(answer.content).hexdigest()[:20]
    assert set(answer.headers) <= HEADERS
    assert set(unchanged.headers) <= HEADERS
    assert answer["ETag"] == unchanged["ETag"] == f'"{digest}"'
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not answer.cookies


def test_what_nobody_announced_is_not_even_read_for_another_scene(evening):
    """The rows of a scene are not loaded for another one: there is nothing to leave out."""
    evening.act(HostAct.CALL)
    evening.turn_to(1)
    evening.show(Scene.WAITING)

    facts = facts_of(show_at(evening.token))

    assert (facts.lines, facts.card, facts.step, facts.scores, facts.draw) == (
        *((), None, None, None),
        None,
    )
    assert fields_of(snapshot(facts)) == FIELDS["waiting"]


def test_operators_of_other_roles_are_shown_no_console(evening):
    stranger = Client()
    sign_in(stranger, make_operator(Role.TABULATOR))
    slug = evening.night.contest.slug

    answers = [stranger.get(f"/{desk}/{slug}/") for desk in ("host", "supervise")]

    assert [answer.status_code for answer in answers] == [403, 403]
    text = "".join(answer.content.decode() for answer in answers)
    told = {
        kind
        for kind, secrets in evening.secrets.items()
        if any(is_said(secret, text) for secret in secrets)
    }
    assert told == set()
