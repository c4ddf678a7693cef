import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.rules.builders import make_panel, make_round, make_sheet
from voting.rules import exact
from voting.rules.outliers import OutlierRule
from voting.rules.reading import Refused
from voting.rules.rule_sheet import ExtraRule, Grade, RuleSheet, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming
from voting.rules.validation import validate

HALF = Fraction(1, 2)


def full_sheet():
    """A sheet in which every part is used."""
    return make_sheet(
        online_weight=Fraction(3, 10),
        votes=VotesRule(
            "share_of_top",
            form="grades",
            grades=(
                Grade("good", "满意", Fraction(100)),
                Grade("bad", "不满意", Fraction(0)),
                Grade("unknown", "不了解", None),
            ),
        ),
        panels=(
            make_panel("A", weight=HALF),
            make_panel("B", weight=HALF, method="places"),
        ),
        rounds=(
            make_round("r1", weight=HALF),
            make_round("r2", weight=HALF, panels=("A",)),
        ),
        extras=(
            ExtraRule("ledger", "台账得分", "weighted", Fraction(1, 10)),
            ExtraRule("bonus", "加分", "added"),
        ),
        void_panel="heir",
        void_panel_heir="A",
        place_points=(Fraction(12), Fraction("9.923509607")),
        rounding={"panel": 2, "total": 2},
        ladder=(
            "total",
            "total_exact",
            "marks",
            "panel:A",
            "round:r2",
            "criterion:r1/all",
            "extra:ledger",
            "votes_raw",
            "first_places",
            "lot",
        ),
        places=10,
        outliers=OutlierRule(distance=Fraction(5)),
        note="政策说明",
        publishing="top",
        shown_on_wall="parts",
    )


def test_a_full_sheet_is_valid_and_survives_json():
    sheet = full_sheet()

    again = RuleSheet.from_json(json.loads(json.dumps(sheet.to_json())))

    assert validate(sheet) == []
    assert again == sheet
    assert again.hash() == sheet.hash()


def test_the_hash_does_not_depend_on_how_a_number_was_typed():
    data = full_sheet().to_json()

    assert (
        RuleSheet.from_json(data | {"online_weight": "0.30"}).hash()
        == full_sheet().hash()
    )
    assert (
        RuleSheet.from_json(data | {"online_weight": "3/10"}).hash()
        == full_sheet().hash()
    )


def test_any_change_changes_the_hash():
    sheet = full_sheet()
    changed = [
        replace(sheet, online_weight=Fraction(31, 100)),
        replace(sheet, rounding={"panel": 2}),
        replace(sheet, ladder=(*sheet.ladder[:-1], "open")),
        replace(sheet, note="别的说明"),
        replace(sheet, publishing="all"),
        replace(sheet, shown_on_wall="none"),
    ]

    assert len({s.hash() for s in [sheet, *changed]}) == 7


def test_a_sheet_from_before_there_was_a_choice_of_what_is_told_keeps_its_hash():
    sheet = make_sheet()
    before = sheet.to_json()

    again = RuleSheet.from_json(before)

    assert {"publishing", "shown_on_wall"} & before.keys() == set()
    assert (again.publishing, again.shown_on_wall) == ("all", "total")
    assert again.hash() == exact.digest(before)


def test_the_online_weight_has_no_default():
    with pytest.raises(TypeError, match="online_weight"):
        RuleSheet(title="规则", ladder=("total", "open"))

    data = make_sheet().to_json()
    del data["online_weight"]
    with pytest.raises(Refused) as refused:
        RuleSheet.from_json(data)
    assert refused.value.problems == [("online_weight", "缺少这一项。")]


def test_a_draft_may_leave_the_online_weight_open_but_is_not_valid():
    draft = RuleSheet.from_json(make_sheet(online_weight=None).to_json())

    assert validate(draft) == [
        (
            "online_weight",
            "还没有选民意测评占多少。请填一个比例，0 表示只作参考。",
        )
    ]


@pytest.mark.parametrize("weight", ["0", "0.05", "1/3", "1"])
def test_any_online_weight_from_zero_to_one_is_allowed(weight):
    assert (
        validate(make_sheet(online_weight=Fraction(weight), votes=VotesRule("rank")))
        == []
    )


def criterion(**fields):
    defaults = {"code": "c", "name": "实效", "maximum": Fraction(100)}
    return (Criterion(**defaults | fields),)


VOTES = VotesRule("share_of_top")
GRADES = (Grade("good", "满意", Fraction(100)), Grade("bad", "不满意", Fraction(0)))


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": " "}, "title", "名字"),
        ({"title": "a\nb"}, "title", "换行"),
        ({"online_weight": Fraction(11, 10)}, "online_weight", "0 到 1"),
        ({"online_weight": Fraction(-1, 10)}, "online_weight", "0 到 1"),
        ({"online_weight": HALF}, "votes", "怎么折成分"),
        ({"panels": ()}, "rounds", "至少要有"),
        ({"rounds": ()}, "rounds", "至少要有"),
        ({"panels": (make_panel(weight=HALF),)}, "panels", "50%"),
        (
            {
                "panels": (
                    make_panel(weight=Fraction(3, 2)),
                    make_panel("B", weight=-HALF),
                )
            },
            "panels",
            "负数",
        ),
        (
            {"panels": (make_panel(weight=HALF), make_panel(weight=HALF))},
            "panels[1].code",
            "两次",
        ),
        ({"panels": (make_panel("甲"),)}, "panels[0].code", "英文字母"),
        (
            {"panels": (make_panel(trimming=Trimming(-1, 0)),)},
            "panels[0].trimming",
            "负数",
        ),
        (
            {"panels": (make_panel(trimming=Trimming(at_least=0)),)},
            "panels[0].trimming",
            "至少",
        ),
        ({"panels": (make_panel(method="places"),)}, "place_points", "每个名次"),
        (
            {
                "panels": (make_panel(method="places", trim_by="criterion"),),
                "place_points": (HALF,),
            },
            "panels[0].trim_by",
            "整张",
        ),
        ({"place_points": (HALF, Fraction(1))}, "place_points", "从高到低"),
        ({"void_panel": "heir", "void_panel_heir": "Z"}, "void_panel_heir", "哪一组"),
        ({"void_panel_heir": "A"}, "void_panel_heir", "清空"),
        ({"rounds": (make_round(weight=HALF),)}, "rounds", "50%"),
        ({"rounds": (make_round(criteria=()),)}, "rounds[0].criteria", "评分项"),
        ({"rounds": (make_round(panels=("Z",)),)}, "rounds[0].panels", "Z"),
        (
            {"rounds": (make_round(criteria=criterion(weight=Fraction(0))),)},
            "rounds[0].criteria[0].weight",
            "大于 0",
        ),
        (
            {
                "panels": (make_panel("A"), make_panel("B", weight=Fraction(0))),
                "rounds": (make_round(panels=("B",)),),
            },
            "rounds[0].panels",
            "没有一个有权重",
        ),
        (
            {"rounds": (make_round(criteria=criterion(maximum=Fraction(0))),)},
            "rounds[0].criteria[0].maximum",
            "满分",
        ),
        (
            {"rounds": (make_round(criteria=criterion(step=Fraction(0))),)},
            "rounds[0].criteria[0].step",
            "间隔",
        ),
        (
            {"rounds": (make_round(criteria=criterion(step=Fraction(7))),)},
            "rounds[0].criteria[0].step",
            "打不到满分",
        ),
        (
            {
                "rounds": (make_round(criteria=criterion(maximum=Fraction(10))),),
                "online_weight": HALF,
                "votes": VOTES,
            },
            "rounds",
            "满分是 10",
        ),
        (
            {
                "rounds": (
                    make_round(weight=HALF),
                    make_round(
                        "r2", weight=HALF, criteria=criterion(maximum=Fraction(10))
                    ),
                )
            },
            "rounds",
            "各轮满分不同",
        ),
        ({"votes": VotesRule("as_is")}, "votes.method", "满意度测评"),
        ({"votes": VotesRule("rank", grades=GRADES)}, "votes.grades", "清空"),
        ({"votes": VotesRule("as_is", form="grades")}, "votes.grades", "至少两个"),
        (
            {
                "votes": VotesRule(
                    "as_is",
                    form="grades",
                    grades=(
                        Grade("a", "满意", Fraction(0)),
                        Grade("b", "不满意", Fraction(0)),
                    ),
                )
            },
            "votes.grades",
            "0 分",
        ),
        (
            {"votes": VotesRule("rank", minimum_ratings=0)},
            "votes.minimum_ratings",
            "不小于 1",
        ),
        (
            {"votes": VotesRule("share_of_total", pool=Fraction(0))},
            "votes.pool",
            "大于 0",
        ),
        (
            {"votes": VotesRule("rank", rank_step=Fraction(0))},
            "votes.rank_step",
            "大于 0",
        ),
        (
            {"votes": VotesRule("floor_and_rank", floor_points=Fraction(60))},
            "votes.floor_points",
            "正好 100",
        ),
        (
            {"votes": VotesRule("rank", floor_multiple=Fraction(-1))},
            "votes.floor_points",
            "负数",
        ),
        (
            {"extras": (ExtraRule("x", "台账", "weighted", Fraction(0)),)},
            "extras[0].weight",
            "大于 0",
        ),
        (
            {"extras": (ExtraRule("x", "台账", "added", HALF),)},
            "extras[0].weight",
            "填 0",
        ),
        (
            {"extras": (ExtraRule("x", "台账", "added", full=Fraction(0)),)},
            "extras[0].full",
            "满分",
        ),
        (
            {
                "extras": (ExtraRule("x", "台账", "weighted", HALF),),
                "online_weight": Fraction(3, 5),
                "votes": VOTES,
            },
            "online_weight",
            "超过了 100%",
        ),
        ({"rounding": {"total": 13}}, "rounding.total", "小数位"),
        ({"shown_places": -1}, "shown_places", "小数位"),
        ({"places": 0}, "places", "至少 1 面"),
        ({"publishing": "top"}, "publishing", "不设名额"),
        ({"outliers": OutlierRule(distance=Fraction(0))}, "outliers", "大于 0"),
        ({"ladder": ()}, "ladder", "第一级"),
        ({"ladder": ("marks", "open")}, "ladder", "第一级"),
        ({"ladder": ("total", "marks")}, "ladder", "最后一级"),
        ({"ladder": ("total", "lot", "open")}, "ladder[1]", "放在最后"),
        ({"ladder": ("total", "total", "open")}, "ladder[1]", "两次"),
        ({"ladder": ("total", "panel:Z", "open")}, "ladder[1]", "panel:Z"),
        ({"ladder": ("total", "votes", "open")}, "ladder[1]", "没有民意测评"),
        (
            {
                "ladder": ("total", "heaviest_panel", "open"),
                "panels": (make_panel("A", weight=HALF), make_panel("B", weight=HALF)),
            },
            "ladder",
            "不止一个",
        ),
    ],
)
def test_each_mistake_is_told_at_its_field(fields, field, words):
    problems = validate(make_sheet(**fields))

    assert field in [problem.field for problem in problems]
    assert any(words in p.sentence for p in problems if p.field == field)


def test_every_problem_is_a_sentence():
    bad = make_sheet(
        title="",
        online_weight=None,
        ladder=(),
        panels=(make_panel("甲", weight=HALF),),
        places=0,
    )

    assert [problem.field for problem in validate(bad)] == [
        "title",
        "online_weight",
        "panels[0].code",
        "panels",
        "places",
        "ladder",
        "ladder",
    ]
    assert all(problem.sentence.endswith("。") for problem in validate(bad))


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        "text",
        [],
        {},
        {"format": "hongqi-rule-sheet/2"},
        {"format": "hongqi-rule-sheet/1"},
    ],
)
def test_rubbish_is_refused_and_never_crashes(data):
    with pytest.raises(Refused):
        RuleSheet.from_json(data)


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=5,
)


@given(st.sampled_from(sorted(full_sheet().to_json())), json_values)
def test_a_sheet_with_one_field_of_rubbish_is_read_or_refused(name, rubbish):
    data = full_sheet().to_json() | {name: rubbish}
    found = read_or_problems(data)

    if isinstance(found, RuleSheet):
        validate(found)
        assert len(found.hash()) == 64
    else:
        assert all(problem.field.startswith(name) for problem in found)


def read_or_problems(data):
    try:
        return RuleSheet.from_json(data)
    except Refused as refused:
        return refused.problems


def test_problems_in_json_are_named_by_their_place():
    data = full_sheet().to_json()
    data["panels"][1]["weight"] = 0.5
    data["rounds"][0]["criteria"][0]["maximum"] = "many"
    data["votes"]["method"] = "magic"
    data["colour"] = "red"

    with pytest.raises(Refused) as refused:
        RuleSheet.from_json(data)

    assert sorted(problem.field for problem in refused.value.problems) == [
        "colour",
        "panels[1].weight",
        "rounds[0].criteria[0].maximum",
        "votes.method",
    ]


def test_what_cannot_be_stored_is_refused():
    with pytest.raises(Refused, match="无法保存"):
        RuleSheet.from_json(full_sheet().to_json() | {"title": "\ud800"})
