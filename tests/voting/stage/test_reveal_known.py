"""What screens, phones and desks know at each step of a reveal, against the list of what they may.

Bodies, headers, ETags, addresses of pictures; and that nothing hidden has a part in the work.
"""

import hashlib
import html
import json
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from showcase.pages.renditions import COVER
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteRendition
from tests.factories import make_decided_contest, make_operator, sign_in
from tests.factories.reveals import make_night_to_reveal, make_presenter
from tests.factories.rulesheets import RULES
from tests.pictures import make_image
from tests.site_factories import make_page, make_showcase
from tests.voting.results.test_reveal_rules import with_other_secrets
from tests.voting.stage.known import (
    AT_THE_WALL,
    HEADERS,
    PRESSES,
    REVEAL_FIELDS,
    known_at,
)
from tests.voting.stage.test_known import fields_of, is_said
from voting.results.reveal_models import Reveal, RevealScript
from voting.results.reveal_queries import current_script
from voting.results.reveal_rules import shown_at
from voting.stage import queries as stage_queries
from voting.stage import services
from voting.stage.models import Snapshot
from voting.stage.queries import facts_of, show_at
from voting.stage.reveal_services import begin_reveal, turn_reveal
from voting.stage.rules import snapshot
from voting.stage.snapshots import forget_snapshots, snapshot_of

pytestmark = pytest.mark.django_db

NAMES = ["甲村卫生院", "乙镇中心校", "丙供水站", "丁养老院"]
COLOURS = ["navy", "olive", "teal", "maroon"]


class Evening:
    """A reveal of three places whose every secret is a word that occurs nowhere else."""

    def __init__(self) -> None:
        self.pages = {}
        contest = make_decided_contest(
            votes=(13, 11, 7, 5),
            document=RULES | {"places": 3},
            before_the_poll=self._publish_pages,
        )
        self.night = make_night_to_reveal(contest=contest)
        self.slug = contest.slug
        self.token = services.make_show(night=self.night).token
        self.kept = current_script(contest)
        self.script = self.kept.script
        self.phone, self.card = make_presenter(contest)
        self.roles = self._roles()

    def _publish_pages(self, contest) -> None:
        make_showcase(contest)
        for entry in contest.entries.select_related("unit").order_by("number"):
            entry.unit.short_name = NAMES[entry.number - 1]
            entry.unit.name = f"县属{NAMES[entry.number - 1]}全称"
            entry.unit.save()
            cover = make_image(colour=COLOURS[entry.number - 1])
            self.pages[entry.plate] = make_page(entry, cover=cover)

    def _roles(self) -> dict[str, tuple[Client, list[str]]]:
        host = Client()
        sign_in(host, make_operator(Role.HOST))
        return {
            "anonymous": (Client(), [f"/live/{self.slug}/", f"/live/{self.slug}/state/"]),
            "screen": (Client(), [f"/screen/{self.token}/", f"/screen/{self.token}/state/"]),
            "presenter": (self.phone, [self.card, f"{self.card}state/"]),
            "host": (host, [f"/host/{self.slug}/", f"/host/{self.slug}/desk/"]),
        }  # fmt: skip

    def begin(self) -> None:
        begin_reveal(by=None, night=self.night, now=timezone.now())

    def go_to(self, step: int) -> None:
        """Where the reveal stands, without the presses before it."""
        now = timezone.now()
        Reveal.objects.update(step=step - 1, furthest=step - 1)
        turn_reveal(by=None, night=self.night, seen=step - 1, ahead=True, now=now)

    def secrets_of(self, place) -> dict[str, list[str]]:
        return {
            "name": [place.short],
            "full name": [place.full],
            "known points": [part.points for part in place.known],
            "new points": [part.points for part in place.rest],
            "total": [place.total],
        }

    def told(self) -> dict[str, str]:
        texts = {}
        for role, (client, addresses) in self.roles.items():
            answers = [client.get(address) for address in addresses]
            assert {answer.status_code for answer in answers} == {200}, role
            said = [answer.content.decode() for answer in answers]
            said += [f"{name}: {value}" for a in answers for name, value in a.items()]
            texts[role] = html.unescape(unquote("\n".join(said)))
        return texts

    def known(self) -> list[dict[str, set[str]]]:
        """Of each place in the order of the reveal, who knows what of it now."""
        texts = self.told()
        found = []
        for place in self.script.places:
            secrets = self.secrets_of(place)
            cover = self.pages[place.plate].cover
            pictures = cover.renditions.filter(filter_spec=COVER[1])
            secrets["picture"] = [each.url for each in pictures]
            found.append(
                {
                    kind: who
                    for kind, words in secrets.items()
                    if (who := _who_says(words, texts) - _names_everybody(kind))
                }
            )
        return found


def _names_everybody(kind: str) -> set[str]:
    """The console lists the turns of the night, all finalists among them."""
    return {"host"} if kind in {"name", "full name"} else set()


def _who_says(words: list[str], texts: dict[str, str]) -> set[str]:
    return {
        role
        for role, text in texts.items()
        if any(is_said(word, text) for word in words)
    }


@pytest.fixture
def evening():
    return Evening()


def walked(evening) -> list[list[dict[str, set[str]]]]:
    """What is known from the opening to the last unit."""
    evening.begin()
    seen = [evening.known()]
    for step in range(1, evening.script.last):
        turn_reveal(by=None, night=evening.night, seen=step - 1, ahead=True, now=timezone.now())  # fmt: skip
        seen.append(evening.known())
    return seen


def test_at_every_step_each_role_knows_what_the_list_allows(evening):
    places = len(evening.script.places)
    assert len(evening.script.steps) == places * PRESSES

    seen = walked(evening)

    assert seen == [
        [known_at(step, place) for place in range(places)]
        for step in range(evening.script.last)
    ]


def test_at_the_wall_names_and_totals_stand_and_nothing_else(evening):
    evening.begin()
    evening.go_to(evening.script.last)

    assert evening.known() == [AT_THE_WALL] * 3


def test_before_the_reveal_begins_nobody_knows_anything(evening):
    assert evening.known() == [{}] * 3


def test_a_step_back_takes_away_what_the_step_had_brought(evening):
    evening.begin()
    evening.go_to(PRESSES)
    turn_reveal(by=None, night=evening.night, seen=PRESSES, ahead=False, now=timezone.now())  # fmt: skip

    assert evening.known()[0] == known_at(PRESSES - 1, 0)


def _too_early(script, step):
    return shown_at(script, min(step + 1, script.last - 1))


def _in_the_list(script, step):
    shown, name = shown_at(script, step), script.places[0].short
    return _changed(shown, roll=tuple(line._replace(unit=name) for line in shown.roll))


def _in_the_title(script, step):
    shown = shown_at(script, step)
    return _changed(shown, title=f"{shown.title} {script.places[0].short}")


def test_a_screen_that_tells_too_much_is_found_out(evening, monkeypatch):
    """The other tests can fail: three walls that leak, each caught at the step."""
    evening.begin()
    evening.go_to(PRESSES - 1)
    caught = []
    for leak in (_too_early, _in_the_list, _in_the_title):
        monkeypatch.setattr(stage_queries, "shown_at", leak)
        Snapshot.objects.all().delete()
        forget_snapshots()
        caught.append(evening.known()[0] != known_at(PRESSES - 1, 0))

    assert caught == [True, True, True]


def _changed(shown, **fields):
    names = type(shown).__dataclass_fields__
    return type(shown)(**{name: getattr(shown, name) for name in names} | fields)


def test_a_picture_is_neither_made_nor_looked_for_before_its_unit(evening):
    SiteRendition.objects.all().delete()
    cache.clear()
    covers = [evening.pages[place.plate].cover for place in evening.script.places]

    def made():
        facts_of(show_at(evening.token))
        return [cover.renditions.exists() for cover in covers]

    evening.begin()
    at_the_opening = made()
    evening.go_to(PRESSES - 1)
    beside_the_score = made()
    evening.go_to(PRESSES)

    assert (at_the_opening, beside_the_score, made()) == (
        [False, False, False],
        [False, False, False],
        [True, False, False],
    )


def test_the_console_turns_pages_and_reads_none_of_them(evening):
    """Every finalist stands in its list of turns; what it says of the reveal names nobody."""
    host, (_, desk) = evening.roles["host"]
    evening.begin()
    told = ""
    for step in range(1, evening.script.last + 1):
        evening.go_to(step)
        text = host.get(desk).content.decode()
        told += text[text.index("dreveal") : text.index('data-part="scene"')]

    secrets = {
        kind: words
        for place in evening.script.places
        for kind, words in evening.secrets_of(place).items()
        if any(is_said(word, told) for word in words)
    }
    assert secrets == {}


def test_headers_tell_nothing_that_the_picture_does_not(evening):
    evening.begin()
    wrong = []
    for step in range(1, evening.script.last + 1):
        evening.go_to(step)
        for address in (f"/screen/{evening.token}/state/", f"/live/{evening.slug}/state/"):  # fmt: skip
            answer = Client().get(address)
            digest = hashlib.sha256(answer.content).hexdigest()[:20]
            if set(answer.headers) - HEADERS or answer["ETag"] != f'"{digest}"':
                wrong.append((step, address))
            if int(answer["Content-Length"]) != len(answer.content):
                wrong.append((step, address))

    assert wrong == []


def test_size_and_work_of_an_answer_do_not_hang_on_what_is_hidden(evening):
    """The same bytes by the same queries, whoever the places to come belong to."""
    evening.begin()
    differing = []
    for step in range(evening.script.last):
        if step:
            evening.go_to(step)
        seen, work = _drawn(evening)
        other = with_other_secrets(evening.script, step)
        kept = RevealScript.objects.create(
            contest=evening.kept.contest,
            publication=evening.kept.publication,
            document=other.to_json(),
            script_hash=other.hash(),
            made_at=evening.kept.made_at,
        )
        Reveal.objects.update(script=kept)
        if (seen, work) != _drawn(evening):
            differing.append(step)
        Reveal.objects.update(script=evening.kept)

    assert differing == []


def _drawn(evening) -> tuple[bytes, list[str]]:
    # A picture is made once, by whoever asks first.
    facts_of(show_at(evening.token))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        facts = facts_of(show_at(evening.token))
    body = json.dumps(snapshot(facts), ensure_ascii=False).encode()
    tables = [query["sql"].split(" WHERE ")[0] for query in asked]
    return body, tables


def test_a_screen_is_sent_the_fields_of_its_step_and_no_others(evening):
    seen = {}

    def look(step: str) -> None:
        payload = json.loads(snapshot_of(show_at(evening.token)))
        seen.setdefault(step, set()).update(fields_of(payload))

    evening.begin()
    look("before the unit")
    for step in range(1, evening.script.last):
        evening.go_to(step)
        look("before the unit" if step % PRESSES else "the unit")
    evening.go_to(evening.script.last)
    look("wall")

    assert seen == REVEAL_FIELDS


def test_no_screen_of_another_scene_looks_at_the_script(evening):
    evening.begin()
    evening.go_to(2)
    services.show_scene(by=make_operator(Role.HOST), night=evening.night, scene="order", now=timezone.now())  # fmt: skip

    facts = facts_of(show_at(evening.token))

    assert (facts.reveal, facts.wall) == (None, None)
