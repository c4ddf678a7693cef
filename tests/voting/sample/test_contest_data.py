"""The sample contest is data that people see on a stage: what is promised of it is checked here."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[3] / "voting" / "sample"
DATA = json.loads((SAMPLE / "contest.json").read_text(encoding="utf-8"))
UNITS = DATA["units"]
CODES = [unit["code"] for unit in UNITS]

REAL_NAMES = [
    "临西",
    "沧州",
    "海兴",
    "新华区",
    "吴桥",
    "安次",
    "廊坊",
    "灵璧",
    "邵阳",
    "虞姬",
    "灵城",
    "太行明珠",
    "光明中学",
    "双百",
    "国网",
]
SLOGANS = ["重要讲话", "坚决", "奋力", "砥砺", "赋能", "抓手", "打造", "初心", "使命"]
STATES = {"proposed", "admitted", "in_progress", "reported", "closed"}
DONE = {"reported", "closed"}


def every_unit():
    return pytest.mark.parametrize("unit", UNITS, ids=CODES)


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def characters(text):
    return len(re.sub(r"\s", "", text))


def picture_ids(unit):
    pair = unit["before_after"]
    return [unit["cover"], pair["before"], pair["after"], *unit["gallery"]["pictures"]]


def is_late(deed):
    return deed["deadline_offset_days"] < 0 and deed["state"] not in DONE


def test_entries_are_numbered_01_to_24():
    expected = [f"{number:02d}" for number in range(1, 25)]

    assert expected == CODES


def test_names_are_distinct():
    assert len({unit["name"] for unit in UNITS}) == 24
    assert len({unit["short_name"] for unit in UNITS}) == 24


def test_all_three_categories_take_part():
    assert Counter(unit["category"] for unit in UNITS) == {
        "乡镇（园区）": 8,
        "县直部门": 11,
        "企事业单位": 5,
    }
    assert DATA["categories"] == ["乡镇（园区）", "县直部门", "企事业单位"]


def test_every_sector_is_used():
    assert {sector for unit in UNITS for sector in unit["sectors"]} == set(
        DATA["sectors"]
    )


def test_each_picture_is_described_once():
    ids = [picture["id"] for picture in DATA["pictures"]]
    alts = [picture["alt"] for picture in DATA["pictures"]]

    assert len(ids) == len(set(ids))
    assert len(alts) == len(set(alts))
    assert all(
        picture["title"] and characters(picture["alt"]) >= 8
        for picture in DATA["pictures"]
    )


def test_pictures_and_files_are_the_same_set():
    described = {picture["file"] for picture in DATA["pictures"]}
    present = {f"pictures/{path.name}" for path in (SAMPLE / "pictures").glob("*.webp")}

    assert described == present


def test_each_picture_is_used_by_one_unit_only():
    used = Counter(picture for unit in UNITS for picture in picture_ids(unit))

    assert set(used) == {picture["id"] for picture in DATA["pictures"]}
    assert set(used.values()) == {1}


def test_pictures_stay_small():
    sizes = {
        path.name: path.stat().st_size for path in (SAMPLE / "pictures").glob("*.webp")
    }

    assert {name: size for name, size in sizes.items() if size > 90_000} == {}
    assert sum(sizes.values()) <= 6_000_000


@every_unit()
def test_card_line_fits_a_card(unit):
    assert 8 <= characters(unit["one_line"]) <= 22


@every_unit()
def test_lead_is_two_to_three_lines(unit):
    assert 60 <= characters(unit["lead"]) <= 90


@every_unit()
def test_page_is_complete(unit):
    assert 1 <= len(unit["sectors"]) <= 2
    assert unit["population_served"] > 0
    assert unit["headcount"] > 0
    assert 3 <= len(unit["figures"]) <= 4
    assert 2 <= len(unit["story"]) <= 3
    assert 3 <= len(unit["timeline"]) <= 5
    assert 3 <= len(unit["deeds"]) <= 5
    assert len(unit["gallery"]["pictures"]) == 3
    assert all(unit["quotation"].values())
    assert re.search(r"(某|女士|先生)$", unit["quotation"]["name"])


@every_unit()
def test_every_figure_has_unit_period_and_source(unit):
    sources = {source["label"] for source in DATA["sources"]}

    for figure in unit["figures"]:
        assert figure["source"] in sources
        assert figure["period"]
        assert figure["unit"]
        assert re.fullmatch(r"\d+(\.\d+)?", figure["value"])


@every_unit()
def test_every_deed_says_where_its_numbers_come_from(unit):
    sources = {source["label"] for source in DATA["sources"]}

    assert {deed["source"] for deed in unit["deeds"]} <= sources


@every_unit()
def test_some_figure_of_each_unit_comes_from_a_report(unit):
    assert "数据改编自公开报道" in {figure["source"] for figure in unit["figures"]}


@every_unit()
def test_deeds_agree_with_their_state_and_dates(unit):
    for deed in unit["deeds"]:
        target, progress = float(deed["target"]), float(deed["progress"])
        finished = deed.get("finished_offset_days")

        assert deed["state"] in STATES
        assert deed["level"] in {"county", "unit"}
        assert deed["note"]
        assert "某某" in deed["leader"]
        assert (deed["state"] in DONE) == (finished is not None)
        if deed["state"] in DONE:
            assert progress >= target
            assert finished <= min(0, deed["deadline_offset_days"])
        else:
            assert progress < target
        if deed["state"] in {"proposed", "admitted"}:
            assert progress == 0
            assert not is_late(deed)
        assert (
            is_late(deed) or deed["state"] in DONE or deed["deadline_offset_days"] >= 30
        )


def test_about_one_deed_in_six_is_late_and_says_why():
    deeds = [deed for unit in UNITS for deed in unit["deeds"]]
    late = [deed for deed in deeds if is_late(deed)]

    assert 0.12 <= len(late) / len(deeds) <= 0.2
    assert all(characters(deed["note"]) >= 15 for deed in late)


@every_unit()
def test_months_run_forwards(unit):
    months = [
        tuple(
            int(part)
            for part in re.fullmatch(r"(\d{4}) 年 (\d{1,2}) 月", text).groups()
        )
        for text in [step["date"] for step in unit["timeline"]]
    ]

    assert months == sorted(months)
    assert months[-1] <= (2026, 10)


def test_no_real_place_is_named():
    text = "\n".join(texts(DATA))

    assert [name for name in REAL_NAMES if name in text] == []


def test_words_are_calm_and_plain():
    text = "\n".join(texts(DATA))

    assert "！" not in text
    assert "!" not in text
    assert [word for word in SLOGANS if word in text] == []


def test_pictures_and_certificates_can_show_every_character():
    fonts = SAMPLE.parents[1] / "site_cms" / "media" / "fonts"
    table = (fonts / "tongyong-guifan-hanzi.txt").read_text(encoding="utf-8")
    hanzi = {
        character for text in texts(DATA) for character in text if character >= "㐀"
    }

    assert {character for character in hanzi if character < "\uff00"} <= set(table)


def test_panels_have_their_seats_and_weights():
    panels = [
        (panel["name"], panel["weight"], len(panel["seats"]))
        for panel in DATA["panels"]
    ]

    assert panels == [
        ("领导与部门代表", 30, 7),
        ("行业代表", 40, 11),
        ("群众代表", 30, 11),
    ]


def test_criteria_add_up_to_100():
    assert sum(criterion["maximum"] for criterion in DATA["criteria"]) == 100


def test_recusals_name_seats_and_entries():
    seats = {seat["code"] for panel in DATA["panels"] for seat in panel["seats"]}

    assert len(seats) == 29
    assert DATA["recusals"]
    assert {recusal["seat"] for recusal in DATA["recusals"]} <= seats
    assert {recusal["entry"] for recusal in DATA["recusals"]} <= set(CODES)


def test_simulation_knows_every_entry():
    assert sorted(DATA["simulation"]["entries"]) == CODES
