from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import HOUR, NOW
from voting.stage.rules import (
    FORMAT,
    Card,
    Facts,
    Figure,
    Line,
    Mark,
    Named,
    PanelScores,
    Picture,
    Scores,
    Slide,
    Step,
    Timer,
    snapshot,
)

# Everything that could be known at once: the worst that a scene could be given.
EVERYTHING = Facts(
    name="红旗争夺赛",
    county="临河县",
    scene="black",
    opens_at=NOW,
    lines=(
        Line(1, "07", "县教育局", is_locked=True, is_on_stage=False),
        Line(2, "12", "柳林镇", is_locked=False, is_on_stage=True),
    ),
    card=Card(
        2, 2, "12", "柳林镇", "修路", "/media/a.webp", "路", (Figure("9", "个", "村"),)
    ),
    timer=Timer("评委打分", NOW + timedelta(seconds=180), 180),
    scores=Scores(
        (
            PanelScores(
                "领导",
                "60%",
                "90.00",
                (
                    Mark("91.5"),
                    Mark("90.0"),
                    Mark("91.5", "最高"),
                    Mark("89.0", "最低"),
                ),
            ),
            PanelScores("群众", "40%", "88.50", (Mark("88.5"),)),
        ),
        "89.40",
        "每组去掉一个最高分、一个最低分",
    ),
)
ALWAYS = {
    "format": FORMAT,
    "scene": "black",
    "name": "红旗争夺赛",
    "county": "临河县",
    "band": "",
    "still": False,
}
FILM = Slide(
    "film",
    (Picture("/media/poster.webp", "天不亮的校门口"),),
    caption="护学岗",
    film="/media/videos/a.mp4",
    captions="/media/videos/a.vtt",
    seconds=65,
)


def test_black_tells_nothing():
    assert snapshot(EVERYTHING) == ALWAYS


def test_waiting_tells_when_it_begins_and_nothing_of_the_units():
    assert snapshot(replace(EVERYTHING, scene="waiting")) == ALWAYS | {
        "scene": "waiting",
        "opens_at": NOW.isoformat(),
        "is_closed": False,
    }


def test_an_entry_on_stage_is_shown_without_scores_and_without_the_order():
    assert snapshot(replace(EVERYTHING, scene="entry")) == ALWAYS | {
        "scene": "entry",
        "entry": {
            "round": "",
            "beside": [],
            "order": 2,
            "of": 2,
            "plate": "12",
            "unit": "柳林镇",
            "deed": "修路",
            "photo": "/media/a.webp",
            "photo_alt": "路",
            "figures": [{"value": "9", "unit": "个", "label": "村"}],
        },
        "timer": {
            "word": "评委打分",
            "ends_at": (NOW + timedelta(seconds=180)).isoformat(),
            "seconds": 180,
        },
    }


def test_the_order_tells_who_is_done_and_no_score():
    assert snapshot(replace(EVERYTHING, scene="order")) == ALWAYS | {
        "scene": "order",
        "round": "",
        "order": [
            {"n": 1, "plate": "07", "unit": "县教育局", "state": "done"},
            {"n": 2, "plate": "12", "unit": "柳林镇", "state": "now"},
        ],
        "done": 1,
        "of": 2,
    }


def test_of_several_rounds_the_one_on_stage_is_named():
    of_two = replace(EVERYTHING, round="第二轮")

    assert snapshot(replace(of_two, scene="order"))["round"] == "第二轮"
    assert snapshot(replace(of_two, scene="entry"))["entry"]["round"] == "第二轮"


def test_who_has_withdrawn_stays_in_the_order_and_is_named_so():
    gone = replace(
        EVERYTHING,
        scene="order",
        lines=(Line(1, "07", "县教育局", False, False, True),),
    )

    assert snapshot(gone)["order"] == [
        {"n": 1, "plate": "07", "unit": "县教育局", "state": "gone"}
    ]


def test_a_film_is_sent_with_the_moment_at_which_it_began():
    entry = replace(EVERYTHING, scene="entry", step=Step(FILM, 2, 3, NOW))

    assert snapshot(entry)["slide"] == {
        "n": 2,
        "of": 3,
        "kind": "film",
        "caption": "护学岗",
        "pictures": [
            {"url": "/media/poster.webp", "alt": "天不亮的校门口", "when": ""}
        ],
        "film": {
            "url": "/media/videos/a.mp4",
            "captions": "/media/videos/a.vtt",
            "seconds": 65,
            "from": NOW.isoformat(),
        },
    }


def test_a_slide_is_shown_with_its_unit_only():
    step = Step(FILM, 2, 3, NOW)
    scenes = ["waiting", "order", "scores", "black"]

    shown = [snapshot(replace(EVERYTHING, scene=each, step=step)) for each in scenes]

    assert ["slide" in each for each in shown] == [False] * 4


def test_scores_are_sorted_without_seats_and_tell_what_was_dropped():
    assert snapshot(replace(EVERYTHING, scene="scores")) == ALWAYS | {
        "scene": "scores",
        "entry": {"plate": "12", "unit": "柳林镇"},
        "scores": {
            "rule": "每组去掉一个最高分、一个最低分",
            "points": "89.40",
            "sum": "90.00 × 60% ＋ 88.50 × 40%",
            "panels": [
                {
                    "name": "领导",
                    "weight": "占 60%",
                    "counted": "4 席计分",
                    "points": "90.00",
                    "marks": [
                        {"v": "91.5", "d": "最高"},
                        {"v": "91.5", "d": ""},
                        {"v": "90.0", "d": ""},
                        {"v": "89.0", "d": "最低"},
                    ],
                },
                {
                    "name": "群众",
                    "weight": "占 40%",
                    "counted": "1 席计分",
                    "points": "88.50",
                    "marks": [{"v": "88.5", "d": ""}],
                },
            ],
        },
    }


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(replace(EVERYTHING, scene="scores", scores=None), id="not locked"),
        pytest.param(
            replace(EVERYTHING, scene="entry", card=None), id="nobody on stage"
        ),
        pytest.param(replace(EVERYTHING, scene="rubbish"), id="unknown scene"),
    ],
)
def test_a_scene_without_its_content_waits(facts):
    assert snapshot(facts)["scene"] == "waiting"


def test_a_running_timer_does_not_change_the_snapshot():
    entry = replace(EVERYTHING, scene="entry")
    longer = replace(entry, timer=replace(entry.timer, ends_at=NOW + HOUR))

    assert snapshot(entry) == snapshot(entry) != snapshot(longer)


def test_a_held_timer_is_sent_with_what_is_left():
    held = replace(EVERYTHING.timer, left=95)

    shown = snapshot(replace(EVERYTHING, scene="entry", timer=held))

    assert shown["timer"]["left"] == 95


def test_two_that_are_marked_together_are_named_together():
    both = replace(EVERYTHING, scene="entry", beside=(Named("07", "县教育局"),))

    assert snapshot(both)["entry"]["beside"] == [{"plate": "07", "unit": "县教育局"}]
