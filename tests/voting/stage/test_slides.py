"""What a unit shows of itself on the wall, and how the host turns its pages."""

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from site_cms.media.models import SiteVideo
from tests.factories import make_night_today, make_operator, make_user, sign_in
from tests.pictures import make_image
from tests.site_factories import make_page, make_showcase
from voting.judging import services as judging
from voting.judging.errors import JudgingError
from voting.judging.queries import night_of
from voting.stage import services
from voting.stage.models import Scene, Show
from voting.stage.queries import show_at, slides_at_hand

pytestmark = pytest.mark.django_db

ADDRESS = "/media/images/"


def make_film() -> SiteVideo:
    return SiteVideo.objects.create(
        title="护学岗",
        file="videos/film.mp4",
        captions="videos/film.vtt",
        seconds=65,
        width=1280,
        height=720,
        has_sound=True,
    )


def make_body(film: SiteVideo) -> list:
    return [
        (
            "before_after",
            {
                "before": make_image(title="修前"),
                "before_when": "2025 年 11 月",
                "after": make_image(title="修后"),
                "after_when": "2026 年 8 月",
                "caption": "西渠村南巷",
            },
        ),
        (
            "gallery",
            {
                "heading": "照片",
                "images": [make_image(title="一"), make_image(title="二")],
                "caption": "九月拍的",
            },
        ),
        (
            "video",
            {
                "title": "天不亮的校门口",
                "video": film,
                "poster": make_image(title="封面"),
                "transcript": "老师在门口等学生。",
            },
        ),
    ]


class Hall:
    """A unit on stage whose page has a pair, two photographs and a film."""

    def __init__(self) -> None:
        self.night = make_night_today(seats=1)
        self.host = make_operator(Role.HOST)
        make_showcase(self.night.contest)
        first = self.night.rounds.get().turns.get(order=1)
        make_page(first.entry, body=make_body(make_film()))
        self.turn = judging.call_turn(
            by=make_user(), night=self.night, now=timezone.now()
        )
        self.token = services.make_show(night=self.night).token

    def turn_to(self, slide: int, *, turn=None, now=None) -> None:
        services.show_slide(
            by=self.host,
            night=self.night,
            turn_id=(turn or self.turn).pk,
            slide=slide,
            now=now or timezone.now(),
        )

    def shown(self) -> dict:
        return Client().get(f"/screen/{self.token}/state/").json()


@pytest.fixture
def hall():
    return Hall()


def test_the_wall_goes_through_pairs_photographs_and_films_as_the_page_has_them(hall):
    seen = []
    for number in range(5):
        hall.turn_to(number)
        slide = hall.shown().get("slide", {})
        seen.append(
            (slide.get("n"), slide.get("of"), slide.get("kind"), slide.get("caption"))
        )

    assert seen == [
        (None, None, None, None),
        (1, 4, "pair", "西渠村南巷"),
        (2, 4, "photo", "九月拍的"),
        (3, 4, "photo", "九月拍的"),
        (4, 4, "film", "天不亮的校门口"),
    ]


def test_a_pair_says_when_each_was_taken_and_a_film_when_it_began(hall):
    hall.turn_to(1)
    before, after = hall.shown()["slide"]["pictures"]
    now = timezone.now()
    hall.turn_to(4, now=now)
    film = hall.shown()["slide"]["film"]

    assert [before["when"], after["when"]] == ["2025 年 11 月", "2026 年 8 月"]
    assert [before["alt"], after["alt"]] == ["修前的说明", "修后的说明"]
    assert before["url"].startswith(ADDRESS)
    assert film == {
        "url": "/media/videos/film.mp4",
        "captions": "/media/videos/film.vtt",
        "seconds": 65,
        "from": now.isoformat(),
    }


def test_the_opening_of_marking_brings_the_card_back(hall):
    hall.turn_to(2)
    judging.open_turn(by=hall.host, turn=hall.turn, now=timezone.now())
    assert "slide" not in hall.shown()

    hall.turn_to(3)
    assert hall.shown()["slide"]["n"] == 3


def test_no_press_turns_the_pages_of_another_unit(hall):
    other = hall.night.rounds.get().turns.get(order=2)

    with pytest.raises(JudgingError, match="不在台上"):
        hall.turn_to(1, turn=other)
    with pytest.raises(JudgingError, match="只有 4 张"):
        hall.turn_to(5)

    assert Show.objects.get().slide == 0


def test_a_unit_without_pictures_has_nothing_to_turn_to():
    night = make_night_today(seats=1)
    turn = judging.call_turn(by=make_user(), night=night, now=timezone.now())
    show = services.make_show(night=night)

    assert slides_at_hand(show_at(show.token), turn) is None
    with pytest.raises(JudgingError, match="没有图片和视频"):
        services.show_slide(
            by=make_user(), night=night, turn_id=turn.pk, slide=1, now=timezone.now()
        )


def test_what_is_only_a_draft_is_not_shown(hall):
    page = hall.turn.entry.showcase_page
    page.body = []
    page.one_line = "还没有审过的话"
    page.save_revision()

    hall.turn_to(1)

    assert (hall.shown()["slide"]["of"], hall.shown()["entry"]["deed"]) == (
        4,
        "土路变成柏油路",
    )


def test_the_host_has_buttons_for_a_clicker(hall):
    client = Client()
    sign_in(client, hall.host)
    address = f"/host/{hall.night.contest.slug}/"
    client.get(address)

    client.post(f"{address}slide/", {"turn": hall.turn.pk, "slide": "1"})
    desk = client.get(f"{address}desk/").content.decode()

    assert hall.shown()["slide"]["n"] == 1
    assert 'data-key="PAGEDOWN"' in desk
    assert "下一张 2 / 4" in desk


@pytest.mark.parametrize("slide", ["", "x", "-1", "1001"])
def test_rubbish_turns_no_page(hall, slide):
    client = Client()
    sign_in(client, hall.host)
    address = f"/host/{hall.night.contest.slug}/"
    client.get(address)

    answer = client.post(f"{address}slide/", {"turn": hall.turn.pk, "slide": slide})

    assert answer.status_code == 409
    assert "slide" not in hall.shown()


def test_motion_is_switched_off_for_every_screen(hall):
    services.set_motion(
        by=hall.host, night=hall.night, is_still=True, now=timezone.now()
    )
    off = hall.shown()["still"]
    services.set_motion(
        by=hall.host, night=hall.night, is_still=False, now=timezone.now()
    )

    assert (off, hall.shown()["still"]) == (True, False)


def test_after_black_the_same_slide_is_there_again(hall):
    hall.turn_to(3)
    for _ in range(2):
        services.show_scene(
            by=hall.host,
            night=night_of(hall.night.contest),
            scene=Scene.BLACK,
            now=timezone.now(),
        )

    assert hall.shown()["slide"]["n"] == 3
