from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.rulesheets.typing import as_sent
from voting.rules.outliers import OutlierRule
from voting.rules.rule_sheet import ExtraRule, Grade, RoundRule, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.validation import validate
from voting.rulesheets.sheet_forms import RuleSheetForms
from voting.rulesheets.templates import BY_CODE

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10))

FULL = replace(
    RULES,
    votes=VotesRule(
        "as_is",
        form="grades",
        minimum_ratings=30,
        grades=(
            Grade("good", "满意", Fraction(100)),
            Grade("bad", "不满意", Fraction(0)),
            Grade("unknown", "不了解", None),
        ),
    ),
    rounds=(
        RoundRule(
            "first",
            "第一轮",
            Fraction(1, 3),
            (Criterion("a", "实效", Fraction(100), weight=Fraction(1)),),
            panels=("leaders", "sectors"),
        ),
        RoundRule(
            "second",
            "第二轮",
            Fraction(2, 3),
            (Criterion("b", "展示", Fraction(10), minimum=Fraction(5)),),
            adding="percent",
        ),
    ),
    extras=(ExtraRule("ledger", "台账分", "added", full=Fraction(2)),),
    void_panel="heir",
    void_panel_heir="sectors",
    void_votes="unranked",
    place_points=(Fraction(12), Fraction(10), Fraction(17, 2)),
    rounding={"panel": 3, "total": 2},
    outliers=OutlierRule(distance=Fraction(9, 2), gap=Fraction(4)),
    places=None,
    note="说明",
)
TOP = replace(RULES, publishing="top", shown_on_wall="parts")


def filled(rules=RULES, **changes) -> RuleSheetForms:
    page = RuleSheetForms(rules, as_sent(rules, **changes))
    page.is_valid()
    return page


def sentence_at(page: RuleSheetForms, anchor: str) -> str:
    return next(
        (error["text"] for error in page.errors() if error["anchor"] == anchor), ""
    )


@pytest.mark.parametrize(
    "rules",
    [
        *(pytest.param(t.rules, id=code) for code, t in BY_CODE.items()),
        pytest.param(FULL, id="everything that the engine knows"),
        pytest.param(TOP, id="only the top, without totals on the wall"),
    ],
)
def test_a_page_sent_back_untouched_changes_nothing(rules):
    page = filled(rules)

    assert (page.errors(), page.rules()) == ([], rules)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("12.5", Fraction(1, 8), id="decimal"),
        pytest.param("３０％", Fraction(3, 10), id="typed on a Chinese keyboard"),
        pytest.param("100/3", Fraction(1, 3), id="a third"),
        pytest.param("0", Fraction(0), id="advice"),
        pytest.param(" ", None, id="nothing"),
    ],
)
def test_the_online_weight_is_read_exactly(typed, meant):
    assert filled(online_weight=typed).rules().online_weight == meant


@pytest.mark.parametrize(
    "typed", ["三成", "1e3", "0x1F", "--1", "1/0", "NaN", "9" * 99]
)
def test_what_is_no_number_gets_a_sentence_at_its_field(typed):
    page = filled(online_weight=typed)

    assert "不是一个数" in sentence_at(page, "id_online_weight")


@pytest.mark.parametrize(
    ("field", "rubbish"),
    [
        ("title", "长" * 81),
        ("poll_form", "raffle"),
        ("method", "dice"),
        ("minimum_ratings", "很多"),
        ("pool", "x"),
        ("unit_places", "-1"),
        ("rank_step", "x"),
        ("floor_multiple", "x"),
        ("floor_points", "x"),
        ("rank_share", "x"),
        ("void_votes", "x"),
        ("void_panel", "x"),
        ("void_round", "x"),
        ("place_points", "12 十 8"),
        ("shown_places", "x"),
        ("places", "十面"),
        ("outlier_distance", "x"),
        ("outlier_gap", "x"),
        ("note", "长" * 1001),
        ("rounding_total", "x"),
        ("ladder_0", "luck"),
        ("publishing", "everything"),
        ("shown_on_wall", ""),
        ("panels-0-name", ""),
        ("panels-0-weight", "x"),
        ("panels-0-drop_high", "x"),
        ("panels-0-small", "x"),
        ("rounds-0-weight", "x"),
        ("rounds-0-adding", "x"),
        ("criteria-0-maximum", "x"),
        ("criteria-0-step", ""),
        ("criteria-0-round", "nowhere"),
        ("grades-0-value", "x"),
        ("title", "a\x00b"),
    ],
)
def test_rubbish_gets_a_sentence_at_its_field(field, rubbish):
    page = filled(**{field: rubbish})

    assert sentence_at(page, f"id_{field}") != ""
    assert not page.is_valid()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"online_weight": ""}, "online_weight", id="no weight"),
        pytest.param({"online_weight": "101"}, "online_weight", id="above 100 %"),
        pytest.param({"panels-0-weight": "31"}, "panels-0-weight", id="panels 101 %"),
        pytest.param({"panels-1-at_least": "0"}, "panels-1-drop_high", id="trimming"),
        pytest.param({"panels-1-code": "a b"}, "panels-1-code", id="code"),
        pytest.param({"rounds-0-weight": "50"}, "rounds-0-weight", id="rounds 50 %"),
        pytest.param({"rounds-0-panels": "x"}, "rounds-0-panels", id="unknown panel"),
        pytest.param({"criteria-1-step": "0.7"}, "criteria-1-step", id="step"),
        pytest.param({"criteria-1-weight": "0"}, "criteria-1-weight", id="weight 0"),
        pytest.param({"ladder_4": ""}, "ladder_0", id="no last rung"),
        pytest.param({"ladder_2": "marks"}, "ladder_2", id="rung twice"),
        pytest.param({"method": "as_is"}, "method", id="grades only"),
        pytest.param({"rounding_total": "99"}, "rounding_total", id="places"),
        pytest.param({"places": "0"}, "places", id="no flag"),
        pytest.param({"publishing": "top", "places": ""}, "publishing", id="no top"),
        pytest.param({"void_panel": "heir"}, "void_panel_heir", id="no heir"),
        pytest.param({"outlier_distance": "0"}, "outlier_distance", id="outlier"),
        pytest.param({"poll_form": "none"}, "poll_form", id="weight without votes"),
        pytest.param(
            {"poll_form": "grades", "grades-0-value": "101"},
            "grades-0-value",
            id="grade",
        ),
        pytest.param(
            {"floor_points": "60", "method": "floor_and_rank"},
            "floor_points",
            id="floor",
        ),
    ],
)
def test_each_problem_of_the_engine_stands_at_its_field(changes, field):
    page = filled(**changes)
    assert page.errors() == []

    page.show(validate(page.rules()))

    assert sentence_at(page, f"id_{field}") != ""


def test_a_new_row_is_taken_and_gets_a_code():
    page = filled(
        **{"panels-3-name": "专家", "panels-3-weight": "0", "panels-3-drop_high": "0"}
    )

    added = page.rules().panels[3]

    assert (added.code, added.name, added.trimming.drop_high) == ("p1", "专家", 0)


def test_a_ticked_row_goes_and_what_is_wrong_in_it_does_not_matter():
    page = filled(**{"criteria-0-DELETE": "on", "criteria-0-maximum": "x"})

    assert page.is_valid()
    assert [c.name for c in page.rules().rounds[0].criteria] == [
        "群众受益",
        "机制创新",
        "现场展示",
    ]


def test_rubbish_in_place_of_the_row_counts_is_a_sentence():
    page = filled(**{"panels-TOTAL_FORMS": "many"})

    assert not page.is_valid()
    assert "表单不完整" in page.errors()[0]["text"]
