"""The script of a reveal: pure, from an outcome."""

from dataclasses import replace
from fractions import Fraction

import pytest

from voting.results.reveal_rules import (
    Kind,
    Order,
    Part,
    Script,
    act_at,
    cue_at,
    shown_at,
    write_script,
)
from voting.rules.engine import compute
from voting.rules.inputs import Entry, Inputs, Seat
from voting.rules.rule_sheet import RuleSheet

DOCUMENT = {
    "format": "hongqi-rule-sheet/1",
    "title": "计分规则",
    "online_weight": "0.2",
    "votes": {"method": "share_of_top"},
    "panels": [
        {
            "code": "all",
            "name": "评委",
            "weight": "1",
            "trimming": {"drop_high": 0, "drop_low": 0},
        }
    ],
    "rounds": [
        {
            "code": "final",
            "name": "现场评比",
            "weight": "1",
            "criteria": [{"code": "results", "name": "成效", "maximum": "100"}],
        }
    ],
    "ladder": ["total", "open"],
    "rounding": {"total": 2},
    "places": 3,
}


def outcome_of(document, *, marks=(70, 80, 90, 60), votes=(10, 20, 30, 40)):
    rules = RuleSheet.from_json(document)
    codes = [f"{number:02d}" for number in range(1, len(marks) + 1)]
    inputs = Inputs(
        entries=tuple(Entry(code, int(code), f"临河县第{code}局") for code in codes),
        seats=(Seat("A01", "all", "official"),),
        marks={
            "final": {
                code: {"A01": {"results": Fraction(mark)}}
                for code, mark in zip(codes, marks, strict=True)
            }
        },
        votes=dict(zip(codes, votes, strict=True)),
    )
    return rules, compute(rules, inputs)


def script_of(
    *, document=DOCUMENT, marks_are_known=True, order=Order.LAST_FIRST, **given
) -> Script:
    rules, outcome = outcome_of(document, **given)
    return write_script(
        rules,
        outcome.to_json(),
        outcome_hash=outcome.hash(),
        short_names={e.entry: f"{e.entry}局" for e in outcome.ranking},
        marks_are_known=marks_are_known,
        order=order,
    )


def test_each_place_has_four_steps_the_last_place_first_and_the_unit_last():
    script = script_of()

    told = [
        (shown_at(script, n).words, shown_at(script, n).phase) for n in range(1, 13)
    ]

    assert told == [
        (words, phase)
        for words in ("第三名", "第二名", "第一名")
        for phase in (1, 2, 3, 4)
    ]
    assert script.last == 13


def test_what_the_hall_knows_comes_before_what_it_does_not():
    script = script_of()

    shown = [shown_at(script, step) for step in (1, 2, 3, 4)]

    known = Part("现场评比", "已公布 · 占 80%", "60.00")
    unknown = Part("民意测评", "现在揭晓 · 占 20%", "100.00")
    assert [(s.parts, s.new, s.total, s.short) for s in shown] == [
        ((), 0, "", ""),
        ((known,), 1, "", ""),
        ((known, unknown), 1, "68.00", ""),
        ((known, unknown), 0, "68.00", "04局"),
    ]


def test_opening_names_neither_a_place_nor_a_unit():
    shown = shown_at(script_of(), 0)

    assert (shown.phase, shown.words, shown.parts, shown.title) == (
        0,
        "",
        (),
        "三面红旗",
    )
    assert [(line.number, line.unit) for line in shown.roll] == [
        (1, ""),
        (2, ""),
        (3, ""),
    ]


def test_the_list_beside_fills_from_the_last_place_upwards():
    script = script_of()

    assert [
        [(line.number, line.unit, line.is_now) for line in shown_at(script, step).roll]
        for step in (4, 5)
    ] == [
        [(1, "", False), (2, "", False), (3, "04局", True)],
        [(1, "", False), (2, "", True), (3, "04局", False)],
    ]


def test_the_other_order_begins_with_the_first_place():
    script = script_of(order=Order.FIRST_LAST)

    assert [place.words for place in script.places] == ["第一名", "第二名", "第三名"]
    assert [line.unit for line in shown_at(script, 4).roll] == ["03局", "", ""]


def test_first_places_stand_longer():
    script = script_of(document=DOCUMENT | {"places": 4})

    pauses = {
        script.places[step.place].words: step.pause
        for step in script.steps
        if step.kind == Kind.UNIT
    }
    assert pauses == {"第四名": 6, "第三名": 8, "第二名": 8, "第一名": 8}


def test_equals_are_called_so_only_from_their_own_step_on():
    script = script_of(marks=(70, 70, 90, 60), votes=(20, 20, 30, 1), document=DOCUMENT | {"ladder": ["total", "lot"]})  # fmt: skip
    assert [(place.words, place.equals) for place in script.places] == [
        ("并列第二名", 2),
        ("并列第二名", 2),
        ("第一名", 1),
    ]
    assert [line.number for line in shown_at(script, 0).roll] == [1, 2, 3]
    assert [line.number for line in shown_at(script, 8).roll] == [1, 2, 2]
    assert "2 个单位并列" in cue_at(script, 0).line


def test_fewer_units_than_flags_are_all_revealed_and_the_wall_says_why():
    script = script_of(document=DOCUMENT | {"places": 10})

    assert len(script.places) == 4
    assert "授出 4 面" in script.note


def test_an_open_cut_reveals_who_is_inside_and_says_how_the_rest_is_decided():
    script = script_of(marks=(70, 70, 90, 60), votes=(20, 20, 30, 1), document=DOCUMENT | {"places": 2})  # fmt: skip

    assert [place.short for place in script.places] == ["03局"]
    assert "由具名人员裁定" in script.note


@pytest.mark.parametrize(
    ("on_wall", "kinds", "total"),
    [
        pytest.param("total", ["rank", "known", "rest", "unit"], "68.00", id="all"),
        pytest.param("parts", ["rank", "known", "rest", "unit"], "", id="parts only"),
        pytest.param("none", ["rank", "unit"], "", id="no score"),
    ],
)
def test_the_rule_sheet_decides_how_much_of_a_score_the_wall_tells(
    on_wall, kinds, total
):
    script = script_of(document=DOCUMENT | {"shown_on_wall": on_wall})

    first = [step.kind for step in script.steps if step.place == 0]
    assert (first, script.places[0].total) == (kinds, total)


def test_marks_that_the_hall_never_saw_are_not_called_known():
    script = script_of(marks_are_known=False)

    assert [step.kind for step in script.steps][:3] == ["rank", "rest", "unit"]
    assert [part.note[:4] for part in script.places[0].rest] == ["现在揭晓", "现在揭晓"]


def test_a_kept_script_reads_as_it_was_written():
    script = script_of()

    assert Script.from_json(script.to_json()) == script
    assert Script.from_json(script.to_json()).hash() == script.hash()


def test_every_digit_and_the_order_are_in_the_hash():
    script = script_of()
    other = replace(script, places=(script.places[0]._replace(total="68.01"), *script.places[1:]))  # fmt: skip

    assert (
        len({script.hash(), other.hash(), script_of(order=Order.FIRST_LAST).hash()})
        == 3
    )


def with_other_secrets(script: Script, step: int) -> Script:
    """The same script, with other values wherever a later step than ``step`` shows them."""
    at = script.steps[step - 1] if step else None
    phase = at.kind.phase if at else 0

    def hidden(index, place):
        if at and index < at.place:
            return place
        seen = phase if at and index == at.place else 0
        changed = {}
        if seen < Kind.RANK.phase:
            changed |= {"words": "并列第九名", "rank": 9, "equals": 2}
        if seen < Kind.KNOWN.phase:
            changed["known"] = (Part("现场评比", "", "1.23"),)
        if seen < Kind.REST.phase:
            changed |= {"rest": (Part("民意测评", "", "4.56"),) * 2, "total": "7.89"}
        if seen < Kind.UNIT.phase:
            changed |= {"plate": "99", "short": "名称长得多的单位", "full": "另一个"}
        return place._replace(**changed)

    places = (hidden(index, place) for index, place in enumerate(script.places))
    return replace(script, places=tuple(places))


@pytest.mark.parametrize("order", list(Order))
def test_nothing_of_a_step_depends_on_what_comes_after_it(order):
    """Byte for byte and field for field: so neither size nor work can tell what is hidden."""
    script = script_of(order=order)

    differing = [
        step
        for step in range(script.last)
        if shown_at(with_other_secrets(script, step), step) != shown_at(script, step)
    ]

    assert differing == []


def test_the_comparison_finds_a_wall_that_tells_one_step_too_early():
    script = script_of()

    differing = [
        step
        for step in range(script.last - 1)
        if shown_at(with_other_secrets(script, step), step + 1)
        != shown_at(script, step + 1)
    ]

    assert differing == list(range(script.last - 1))


def test_the_presenter_reads_first_and_the_press_shows_what_was_read():
    script = script_of()

    cues = [cue_at(script, step) for step in (0, 1, 2, 3, 12, 13)]

    assert [(cue.line, cue.plate, cue.name, cue.act) for cue in cues] == [
        ("下面揭晓第三名。", "", "第三名", "亮出第三名"),
        ("第三名，现场评比得分：", "", "60.00", "亮现场评比"),
        ("第三名，民意测评 100.00，综合得分：", "", "68.00", "亮民意测评、综合得分"),
        ("获得第三名红旗的是：", "04", "04局", "升第三名的旗"),
        ("三面红旗，全部揭晓。", "", "请全场起立鼓掌", "三面红旗"),
        ("揭晓完毕。", "", "", ""),
    ]
    assert cues[2].now == "第三名 · 现场评比 60.00"
    assert cues[2].then == "升第三名的旗"


def test_what_a_press_does_is_told_without_name_and_figure():
    script = script_of()

    told = "".join(act_at(script, step) for step in range(1, script.last + 1))

    secrets = [word for place in script.places for word in (place.short, place.full, place.total)]  # fmt: skip
    assert [word for word in secrets if word in told] == []
