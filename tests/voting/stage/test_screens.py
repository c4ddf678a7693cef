"""What each role's payload holds at each step of an entry, against what may be known then."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import (
    draw_order,
    make_entry,
    make_night_today,
    make_operator,
    make_sheet,
    make_user,
    seated,
    sign_in,
)
from voting.judging import services as judging
from voting.judging.errors import JudgingError
from voting.judging.queries import night_of
from voting.judging.rules import HostAct
from voting.stage import services
from voting.stage.models import Scene, Show
from voting.stage.queries import facts_of, show_at

pytestmark = pytest.mark.django_db

# Marks that occur nowhere else in a page.
MARKS = {"A01": "51.5", "A02": "52.5", "A03": "53.5", "C01": "54.5", "C02": "55.5"}
PRESENTATION = "33.5"
TOTALS = ["85.0", "86.0", "87.0", "88.0", "89.0"]


def _is_said(secret: str, text: str) -> bool:
    """Whether it stands there by itself: not as seconds of a clock, not inside a token."""
    alone = rf"(?<![A-Za-z0-9:]){re.escape(secret)}(?![A-Za-z0-9])"
    return re.search(alone, text) is not None


class Evening:
    """One night through its services, with the payload of every role at hand."""

    def __init__(self) -> None:
        self.night = make_night_today(seats=3)
        self.host_user = make_operator(Role.HOST)
        self.supervisor_user = make_operator(Role.SUPERVISOR)
        self.slug = self.night.contest.slug
        self.host = Client()
        sign_in(self.host, self.host_user)
        self.supervisor = Client()
        sign_in(self.supervisor, self.supervisor_user)
        self.judge, self.judge_address = seated(self.night.seats.get(code="C03"))
        self.token = services.make_show(night=self.night).token

    def act(self, act: HostAct, turn=None) -> None:
        services.host_act(
            by=self.host_user,
            night=self.night,
            act=act,
            turn_id=turn and turn.pk,
            now=timezone.now(),
        )

    def call(self):
        self.act(HostAct.CALL)
        return night_of(self.night.contest).current_turn

    def mark(self, turn) -> None:
        for code, mark in MARKS.items():
            make_sheet(
                seat=self.night.seats.get(code=code),
                turn=turn,
                marks={"results": mark, "presentation": PRESENTATION},
                now=timezone.now(),
            )
        judging.mark_absent(
            by=self.host_user,
            turn=turn,
            seat=self.night.seats.get(code="C03"),
            reason="未到场",
            now=timezone.now(),
        )

    def lock(self, turn) -> None:
        proposal = judging.request_lock(
            by=self.host_user, turn=turn, now=timezone.now()
        )
        judging.confirm_lock(
            by=self.supervisor_user, proposal=proposal, now=timezone.now()
        )

    def payloads(self) -> dict[str, str]:
        anybody = Client()
        asked = {
            "screen": (anybody, f"/screen/{self.token}/"),
            "screen state": (anybody, f"/screen/{self.token}/state/"),
            "live": (anybody, f"/live/{self.slug}/"),
            "live state": (anybody, f"/live/{self.slug}/state/"),
            "judge": (self.judge, self.judge_address),
            "judge state": (self.judge, f"{self.judge_address}state/"),
            "host": (self.host, f"/host/{self.slug}/"),
            "host desk": (self.host, f"/host/{self.slug}/desk/"),
            "supervisor": (self.supervisor, f"/supervise/{self.slug}/"),
        }
        answers = {who: client.get(path) for who, (client, path) in asked.items()}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {who: answer.content.decode() for who, answer in answers.items()}

    def who_knows(self, *secrets: str) -> set[str]:
        return {
            who
            for who, text in self.payloads().items()
            if any(_is_said(secret, text) for secret in secrets)
        }


@pytest.fixture
def evening():
    return Evening()


SCREENS = {"screen", "screen state", "live", "live state"}


def test_marks_reach_nobody_before_the_lock_and_the_screens_only_when_announced(
    evening,
):
    secrets = [*MARKS.values(), PRESENTATION, *TOTALS]
    turn = evening.call()
    assert evening.who_knows(*secrets) == set()
    evening.act(HostAct.OPEN, turn)
    evening.mark(turn)
    assert evening.who_knows(*secrets) == set()
    evening.lock(turn)
    assert evening.who_knows(*secrets) == set()

    evening.act(HostAct.SHOW_SCORES, turn)

    assert evening.who_knows(*TOTALS) == SCREENS
    assert evening.who_knows(*MARKS.values(), PRESENTATION) == set()
    evening.call()
    assert evening.who_knows(*secrets) == set()


def test_seat_codes_and_names_of_judges_never_reach_a_screen(evening):
    turn = evening.call()
    evening.act(HostAct.OPEN, turn)
    evening.mark(turn)
    evening.lock(turn)
    evening.act(HostAct.SHOW_SCORES, turn)

    assert evening.who_knows("A02", "C01") & SCREENS == set()
    assert evening.who_knows("周某某") & SCREENS == set()


def test_a_scene_can_be_changed_but_scores_come_back_only_when_they_were_announced(
    evening,
):
    turn = evening.call()
    evening.act(HostAct.OPEN, turn)
    evening.mark(turn)
    evening.lock(turn)

    with pytest.raises(JudgingError, match="还没有亮分"):
        services.show_scene(
            by=evening.host_user,
            night=evening.night,
            scene=Scene.SCORES,
            now=timezone.now(),
        )


def test_black_comes_back_to_the_picture_before(evening):
    def press(scene):
        services.show_scene(
            by=evening.host_user, night=evening.night, scene=scene, now=timezone.now()
        )
        return Show.objects.get().scene

    evening.call()

    assert [press(s) for s in (Scene.ORDER, Scene.BLACK, Scene.BLACK)] == [
        "order",
        "black",
        "order",
    ]


def test_the_scores_on_the_wall_follow_the_frozen_rules(evening):
    turn = evening.call()
    evening.act(HostAct.OPEN, turn)
    evening.mark(turn)
    evening.lock(turn)
    evening.act(HostAct.SHOW_SCORES, turn)

    shown = Client().get(f"/screen/{evening.token}/state/").json()["scores"]

    leaders, residents = shown["panels"]
    assert leaders["marks"] == [
        {"v": "87.0", "d": "最高"},
        {"v": "86.0", "d": ""},
        {"v": "85.0", "d": "最低"},
    ]
    assert (leaders["points"], leaders["weight"]) == ("86.00", "占 100%")
    # One high and one low dropped leave none of two: the panel is void, its weight is shared.
    assert (residents["points"], residents["counted"]) == ("", "2 席计分")
    assert shown["points"] == "86.00"


def test_a_screen_gets_304_until_something_changes(evening):
    screen, address = Client(), f"/screen/{evening.token}/state/"
    first = screen.get(address)

    unchanged = screen.get(address, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    evening.call()
    changed = screen.get(address, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["scene"]) == (200, "entry")


def test_a_picture_is_computed_once_for_each_change(
    evening, django_assert_max_num_queries
):
    evening.call()
    address = f"/screen/{evening.token}/state/"
    Client().get(address)

    with django_assert_max_num_queries(1):
        Client().get(address)


def test_marks_arriving_do_not_change_what_screens_show(evening):
    turn = evening.call()
    evening.act(HostAct.OPEN, turn)
    before = Client().get(f"/screen/{evening.token}/state/")

    evening.mark(turn)

    after = Client().get(f"/screen/{evening.token}/state/")
    assert after["ETag"] == before["ETag"]


def test_a_snapshot_of_a_hundred_entries_fits_into_ten_kilobytes():
    night = make_night_today(seats=1, entries=0, opened=False)
    for _ in range(100):
        make_entry(contest=night.contest)
    draw_order(night.rounds.get(), now=timezone.now())
    show = services.make_show(night=night)
    services.show_scene(
        by=make_user(), night=night, scene=Scene.ORDER, now=timezone.now()
    )

    body = Client().get(f"/screen/{show.token}/state/").content

    assert len(json.loads(body)["order"]) == 100
    assert len(body) <= 10_240


def test_phones_may_share_an_answer_for_a_second(evening):
    response = Client().get(f"/live/{evening.slug}/state/")

    assert response["Cache-Control"] == "public, max-age=1"
    assert not response.cookies


def test_a_hidden_rehearsal_is_on_its_own_screen_only():
    night = make_night_today(practice=True, practice_note="演练", hidden=True)
    show = services.make_show(night=night)

    assert Client().get(f"/live/{night.contest.slug}/").status_code == 404
    assert Client().get(f"/live/{night.contest.slug}/state/").status_code == 404
    screen = Client().get(f"/screen/{show.token}/").content.decode()
    assert "演练" in screen
    assert "手机看实况" not in screen


def test_a_wrong_address_is_no_screen():
    assert Client().get("/screen/nothing/").status_code == 404
    assert Client().get("/screen/nothing/state/").status_code == 404
    assert Client().get("/live/nothing/").status_code == 404


def test_scores_are_not_even_read_before_they_are_announced(evening):
    def scores_in(scene):
        Show.objects.update(scene=scene)
        return facts_of(show_at(evening.token)).scores

    turn = evening.call()
    evening.act(HostAct.OPEN, turn)
    evening.mark(turn)
    assert scores_in(Scene.SCORES) is None
    evening.lock(turn)
    assert scores_in(Scene.SCORES) is None

    evening.act(HostAct.SHOW_SCORES, turn)

    assert scores_in(Scene.ENTRY) is None
    assert scores_in(Scene.SCORES).points == "86.00"
