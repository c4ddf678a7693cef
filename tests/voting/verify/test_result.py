"""The result of a bundle is worked out again, and the first thing that is not so is named."""

import json
from fractions import Fraction

import pytest

from tests.voting.verify.audits import (
    SEED,
    Audit,
    audited,
    changed,
    document,
    mended,
    rule_sheet,
)
from tests.voting.verify.bundles import with_sums, write_zip
from voting import verify
from voting.verify import Refused, check_bundle, printed, source_at

CONTEST, RULES, INPUTS, OUTCOME, SHEETS, ACTS, DRAW, REVISIONS = (
    f"result/{name}"
    for name in (
        "contest.json",
        "rules.json",
        "inputs.json",
        "outcome.json",
        "sheets.jsonl",
        "acts.jsonl",
        "draw.json",
        "revisions.jsonl",
    )
)


def check(files, tmp_path):
    path = write_zip(with_sums(files), tmp_path / "bundle.zip")
    return check_bundle(source_at(path))


def refusal(files, tmp_path) -> tuple[str, str, int]:
    with pytest.raises(Refused) as refused:
        check(files, tmp_path)
    return refused.value.check, refused.value.file, refused.value.line


def agreed(lie=None) -> Audit:
    audit = audited(lie)
    audit.agree()
    return audit


def corrected() -> Audit:
    """Rev 1 after a sheet was corrected and another void was found."""
    audit = agreed()
    audit.correct("12", "A4", ("55", "37.5"))
    audit.void([10])
    audit.agree(reason="A4 席位的评分表录入有误")
    return audit


def test_an_honest_result_is_equal_and_its_ranking_is_there(tmp_path):
    found = check(audited().files(), tmp_path)["result"]

    assert found.pop("outcome") == audited().contest()["outcome_hash"]
    assert found == {
        "revision": 0,
        "agreed": False,
        "final": False,
        "sheets": 15,
        "votes": True,
        "places": 2,
        "flags": ["09"],
        "tied": ["07", "12"],
        "ranking": [
            row(1, "09", "新集镇", "385/4", "96.25", "95.00", ("超时", "-0.25")),
            row(2, "07", "县教育局", "1821/20", "91.05", "86.50"),
            row(2, "12", "县医院", "1821/20", "91.05", "86.50"),
        ],
        "unranked": [],
    }


def row(rank, entry, name, total, shown, marks, points=("表彰加分", "+0.50")):
    return {
        "rank": rank,
        "entry": entry,
        "name": name,
        "total": total,
        "shown": shown,
        "parts": [["现场得分", marks], ["民意得分", "100.00"], [*points]],
    }


def decided(audit):
    audit.decide("07", "12")


def drawn(audit):
    audit.throw_lots()


@pytest.mark.parametrize(
    ("lie", "last", "ranks"),
    [
        pytest.param(decided, "open", ["09", "07", "12"], id="by named people"),
        pytest.param(drawn, "lot", ["09", "12", "07"], id="by lot"),
    ],
)
def test_equals_are_parted(tmp_path, lie, last, ranks):
    found = check(audited(lie, last=last).files(), tmp_path)["result"]

    assert [each["entry"] for each in found["ranking"]] == ranks
    assert [each["rank"] for each in found["ranking"]] == [1, 2, 3]
    assert found["tied"] == []


def drawn_again(audit):
    audit.throw_lots()
    audit.throw_lots(seed="99999999")


def test_what_was_drawn_once_is_not_drawn_again(tmp_path):
    files = audited(drawn_again, last="lot").files()
    once = audited(drawn, last="lot").files()
    assert check(files, tmp_path)["result"] == check(once, tmp_path)["result"]

    lists = document(files, "inputs.json")["lot_seeds"]
    again = changed(
        files, "inputs.json", put("lot_seeds", value=dict.fromkeys(lists, "99999999"))
    )

    assert refusal(mended(again, computed=True), tmp_path) == ("lots", INPUTS, 1)


def test_a_deduction_that_was_taken_back_does_not_count(tmp_path):
    def taken_back(audit):
        audit.give("", {"12": "3"}, reason="迟到")
        audit.take_back("12")

    found = check(audited(taken_back).files(), tmp_path)["result"]

    assert found == check(audited().files(), tmp_path)["result"]


def test_grades_are_recounted_too(tmp_path):
    found = check(audited(grades=True).files(), tmp_path)["result"]

    assert found["votes"]
    assert found["ranking"][0]["parts"] == [
        ["现场得分", "95.00"],
        ["民意得分", "100.00"],
        ["超时", "-0.25"],
    ]


def test_before_the_picks_are_opened_the_votes_are_taken_as_they_are(tmp_path):
    found = check(audited().files(opened=False), tmp_path)

    assert not found["result"]["votes"]
    assert "票数没有重数 votes not recounted" in printed(found)


def test_a_contest_without_a_poll_is_worked_out_from_its_sheets(tmp_path):
    audit = Audit(
        rule_sheet(votes=None, online_weight=Fraction(0)),
        with_poll=False,
    )
    audit.lock("07", {"A1": ("50", "30"), "A2": ("51", "30"), "A3": ("52", "31")})

    found = check(audit.files(opened=False), tmp_path)["result"]

    assert [each["entry"] for each in found["ranking"]] == ["07"]
    assert found["unranked"] == ["09", "12", "13"]


def test_a_corrected_result_counts_from_its_own_moment_on(tmp_path):
    found = check(corrected().files(), tmp_path)["result"]

    assert (found["revision"], found["agreed"]) == (1, True)
    assert found["flags"] == ["09", "12"]


def test_what_came_after_a_result_was_agreed_on_does_not_count_for_it(tmp_path):
    audit = agreed()
    files = audit.files()
    audit.correct("12", "A4", ("55", "37.5"))
    audit.void([10])
    audit.withdraw(12)
    audit.acts.pop()
    later = audit.files()
    told = {
        name: files[name] for name in (CONTEST, RULES, INPUTS, OUTCOME, DRAW, REVISIONS)
    }

    def as_it_counted(sheets):
        for sheet in sheets:
            if (sheet["entry"], sheet["seat"]) == ("12", "A4"):
                sheet["counts"] = sheet["version"] == 1

    found = check(changed(later | told, "sheets.jsonl", as_it_counted), tmp_path)

    assert found["result"] == check(files, tmp_path)["result"]


def test_a_result_is_final_until_it_is_opened_again_or_corrected(tmp_path):
    audit, found = agreed(), []
    for act in ("final", "reopened", "final"):
        audit.finish(act)
        found.append(check(audit.files(), tmp_path)["result"]["final"])
    audit.agree(reason="重新看过，没有错")
    found.append(check(audit.files(), tmp_path)["result"]["final"])

    assert found == [True, False, True, False]


def test_the_table_names_everybody_with_the_exact_score(tmp_path):
    lines = printed(check(corrected().files(), tmp_path)).splitlines()

    start = next(n for n, each in enumerate(lines) if each.startswith("结果"))
    assert lines[start].startswith("结果 result（更正第 1 版 Rev 1）")
    assert lines[start + 3 :] == [
        "★  1    09     96.25  385/4  新集镇（现场得分 95.00，民意得分 100.00，超时 -0.25）",
        "★  2    12     91.26  4563/50  县医院（现场得分 86.80，民意得分 100.00，表彰加分 +0.50）",
        "   3    07     89.75  359/4  县教育局（现场得分 86.50，民意得分 95.65，表彰加分 +0.50）",
        "★ 红旗 flags 2 / 2",
        "",
        "一致 equal",
    ]


# ---------------------------------------------------------------- lies


def of(value, **wanted):
    """The item of a list that has these values."""
    return next(
        each
        for each in value
        if all(each.get(name) == wish for name, wish in wanted.items())
    )


def without(**wanted):
    return lambda value: value.remove(of(value, **wanted))


def put(*path, value):
    """A change of one value in a document."""

    def change(found):
        for step in path[:-1]:
            found = of(found, **step) if isinstance(step, dict) else found[step]
        found[path[-1]] = value

    return change


A3 = {"entry": "09", "seat": "A3", "version": 2}

# What a forger changes, who mends every hash that is not signed; and where it is found out.
FORGED = {
    "a mark on a sheet": (
        ("sheets.jsonl", put(A3, "marks", "work", value="59.5")),
        ("sheets-differ", ACTS, 6),
    ),
    "a mark of an earlier version": (
        ("sheets.jsonl", put(A3 | {"version": 1}, "marks", "work", value="59.5")),
        ("sheets-differ", ACTS, 4),
    ),
    "a mark that nobody promised": (
        ("sheets.jsonl", put({"seat": "P1"}, "marks", "work", value="9")),
        ("marks-differ", SHEETS, 6),
    ),
    "a mark in the inputs": (
        ("inputs.json", put("marks", "final", "09", "A3", "work", value="59.5")),
        ("marks-differ", SHEETS, 9),
    ),
    "a sheet left out of the inputs": (
        ("inputs.json", lambda value: value["marks"]["final"]["09"].pop("A1")),
        ("sheet-left-out", SHEETS, 7),
    ),
    "a sheet that is in the inputs only": (
        (
            "inputs.json",
            put("marks", "final", "09", "B1", value={"work": "60", "talk": "40"}),
        ),
        ("mark-without-sheet", INPUTS, 1),
    ),
    "a sheet taken away": (
        ("sheets.jsonl", without(entry="09", seat="A1")),
        ("sheet-missing", SHEETS, 0),
    ),
    "a sheet twice": (
        ("sheets.jsonl", lambda value: value.append(dict(value[-1]))),
        ("sheet-twice", SHEETS, 17),
    ),
    "the earlier version counted": (
        ("sheets.jsonl", put(A3, "counts", value=False)),
        ("sheet-counts", SHEETS, 9),
    ),
    "a practice sheet that does not count": (
        ("sheets.jsonl", put({"seat": "P1"}, "counts", value=False)),
        ("mark-without-sheet", INPUTS, 1),
    ),
    "a sheet that names no statement": (
        ("sheets.jsonl", put(A3, "log", value=None)),
        ("sheet-log", SHEETS, 9),
    ),
    "a salt": (
        ("acts.jsonl", put({"entry": "09", "act": "locked"}, "salt", value="00" * 32)),
        ("sheets-differ", ACTS, 4),
    ),
    "a lock taken away": (
        ("acts.jsonl", without(act="locked", corrections=1)),
        ("promise-not-opened", ACTS, 0),
    ),
    "a lock twice": (
        (
            "acts.jsonl",
            lambda value: value.append(dict(of(value, act="locked", corrections=1))),
        ),
        ("no-promise", ACTS, 13),
    ),
    "an absence taken away": (
        ("acts.jsonl", without(act="absence")),
        ("absence", ACTS, 0),
    ),
    "an absence that the inputs do not have": (
        ("inputs.json", put("absences", value=[])),
        ("absence", INPUTS, 1),
    ),
    "a recusal taken away": (
        ("inputs.json", put("recusals", value=[])),
        ("recusal", INPUTS, 1),
    ),
    "a recusal taken away everywhere": (
        [
            ("inputs.json", put("recusals", value=[])),
            ("acts.jsonl", without(act="recusal")),
        ],
        ("recusal", ACTS, 0),
    ),
    "a name": (
        ("inputs.json", put("entries", {"code": "12"}, "name", value="县中医院")),
        ("entry-name", INPUTS, 1),
    ),
    "who left taken back in": (
        ("inputs.json", put("withdrawals", value=[])),
        ("left", INPUTS, 1),
    ),
    "who left taken back in everywhere": (
        [
            ("inputs.json", put("withdrawals", value=[])),
            ("inputs.json", put("votes", "13", value=0)),
            ("acts.jsonl", without(act="withdrawal")),
        ],
        ("left", INPUTS, 1),
    ),
    "somebody made to leave": (
        [
            (
                "inputs.json",
                lambda value: value["withdrawals"].append(
                    {"entry": "09", "reason": "申请退出"}
                ),
            ),
            (
                "acts.jsonl",
                lambda value: value.append(
                    {"act": "withdrawal", "entry": "09", "reason": "申请退出"}
                ),
            ),
        ],
        ("left", INPUTS, 1),
    ),
    "a number of votes": (
        ("inputs.json", put("votes", "09", value=25)),
        ("votes", INPUTS, 1),
    ),
    "no votes for one": (
        ("inputs.json", put("votes", "09", value=0)),
        ("votes", INPUTS, 1),
    ),
    "a weight": (
        ("rules.json", put("online_weight", value="0.4")),
        ("rules-not-frozen", RULES, 1),
    ),
    "points from elsewhere": (
        ("inputs.json", put("extras", "bonus", "07", value="5")),
        ("points", INPUTS, 1),
    ),
    "points from elsewhere in the acts": (
        ("acts.jsonl", put({"act": "extra", "entry": "07"}, "points", value="5")),
        ("points", ACTS, 0),
    ),
    "a deduction": (
        [
            ("inputs.json", put("deductions", 0, "points", value="0.1")),
            ("acts.jsonl", put({"act": "deduction"}, "points", value="0.1")),
        ],
        ("points", INPUTS, 1),
    ),
    "a deduction taken away": (
        [
            ("inputs.json", put("deductions", value=[])),
            ("acts.jsonl", without(act="deduction")),
        ],
        ("points", INPUTS, 1),
    ),
    "a deduction in the acts": (
        ("acts.jsonl", put({"act": "deduction"}, "reason", value="迟到")),
        ("points", ACTS, 0),
    ),
    "what was promised about points": (
        (
            "acts.jsonl",
            put(
                {"act": "promise"},
                "document",
                value='{"code":"bonus","evidence":"","points":{"07":"5"},"reason":""}',
            ),
        ),
        ("promise-differs", ACTS, 7),
    ),
    "a promise that is not opened": (
        ("acts.jsonl", without(act="promise")),
        ("promise-not-opened", ACTS, 0),
    ),
    "a decision that nobody took": (
        (
            "inputs.json",
            put(
                "decisions",
                value=[{"by": ["张三"], "order": ["12", "07"], "reason": "说好了"}],
            ),
        ),
        ("decision", INPUTS, 1),
    ),
    "a lot that nobody drew": (
        ("draw.json", put("lots", value=[{"list_hashes": ["00"], "seed": SEED}])),
        ("lots", DRAW, 1),
    ),
    "a seed of the draw": (
        ("draw.json", put("draws", 0, "seed", value="27182818284590452353")),
        ("draw-log", DRAW, 1),
    ),
    "the order of the draw": (
        ("draw.json", put("draws", 0, "order", value=[7, 9, 12, 13])),
        ("draw-log", DRAW, 1),
    ),
    "the list of the draw": (
        ("draw.json", put("draws", 0, "listed", value="出场顺序\n07 县教育局\n")),
        ("draw-list", DRAW, 1),
    ),
    "a draw taken away": (
        ("draw.json", put("draws", value=[])),
        ("draw-missing", DRAW, 1),
    ),
    "another contest's name": (
        ("contest.json", put("contest", value="别的活动")),
        ("not-this-contest", CONTEST, 1),
    ),
    "a practice contest made real": (
        ("contest.json", put("practice", value=True)),
        ("not-this-contest", CONTEST, 1),
    ),
    "a correction of nothing": (
        ("contest.json", put("revision", value=1)),
        ("revision", CONTEST, 1),
    ),
    "an act of no kind": (
        ("acts.jsonl", lambda value: value.append({"act": "gift", "entry": "07"})),
        ("shape", ACTS, 13),
    ),
    "an act without a kind": (
        ("acts.jsonl", lambda value: value.append({"act": ["locked"]})),
        ("shape", ACTS, 13),
    ),
    "a trail that is none": (
        ("trail.jsonl", lambda value: value.append({"at": "2026"})),
        ("shape", "result/trail.jsonl", 2),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forger_is_found_out(name, tmp_path):
    changes, where = FORGED[name]
    files = audited().files()
    for file, change in changes if isinstance(changes, list) else [changes]:
        files = changed(files, file, change)

    assert refusal(mended(files), tmp_path) == where


FIRST = ("ranking", {"entry": "09"})
MARKS = (*FIRST, "marks", "rounds", 0)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param((*FIRST, "rank"), "ranking[09].rank", id="a rank"),
        pytest.param((*FIRST, "total"), "ranking[09].total", id="a score"),
        pytest.param(
            (*MARKS, "panels", 0, "points"),
            "ranking[09].marks.rounds[final].panels[A].points",
            id="points of a panel",
        ),
        pytest.param(
            (*MARKS, "panels", 0, "lines", 0, "rows", 0, "state"),
            "ranking[09].marks.rounds[final].panels[A].lines[1].rows[A1].state",
            id="who was dropped",
        ),
        pytest.param(
            (*MARKS, "panels", 1, "weight_used"),
            "ranking[09].marks.rounds[final].panels[B].weight_used",
            id="a weight that was used",
        ),
        pytest.param(
            (*FIRST, "votes", "points"),
            "ranking[09].votes.points",
            id="points of votes",
        ),
        pytest.param(("cut", "inside"), "cut.inside", id="who is inside"),
        pytest.param(
            ("ties", 0, "list_hash"), "ties[1].list_hash", id="the list of a tie"
        ),
        pytest.param(("missing",), "missing", id="what is missing"),
    ],
)
def test_no_figure_of_the_outcome_can_be_changed(tmp_path, path, place):
    files = changed(audited().files(), "outcome.json", put(*path, value="x"))

    with pytest.raises(Refused) as refused:
        check(mended(files), tmp_path)

    assert (refused.value.check, refused.value.file) == ("figure", OUTCOME)
    assert refused.value.en.startswith(f"{place} was published as x; computed again")


def test_the_last_digit_of_a_score_is_compared_and_both_values_are_said(tmp_path):
    files = audited().files()
    total = {"exact": "38501/400", "shown": "96.25"}
    files = mended(changed(files, "outcome.json", put(*FIRST, "total", value=total)))

    with pytest.raises(Refused) as refused:
        check(files, tmp_path)

    zh, en = refused.value.sentences()
    assert zh == (
        'result/outcome.json 第 1 行：ranking[09].total 公布的是 {"exact":"38501/400",'
        '"shown":"96.25"}，重新计算得 {"exact":"385/4","shown":"96.25"}。'
    )
    assert en.startswith(
        "result/outcome.json line 1: ranking[09].total was published as"
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [("rules.json", "note"), ("inputs.json", "lot_seed"), ("outcome.json", "notes")],
)
def test_a_hash_that_was_not_mended_is_seen(tmp_path, name, field):
    files = changed(audited().files(), name, put(field, value="x"))

    assert refusal(files, tmp_path) == ("hash", f"result/{name}", 1)


@pytest.mark.parametrize(
    "name", ["rules.json", "inputs.json", "outcome.json", "draw.json", "contest.json"]
)
@pytest.mark.parametrize("data", [b"", b"[]\n", b"{}\n{}\n", b"x\n", b'{"a":1}\n'])
def test_rubbish_is_refused_and_named(tmp_path, name, data):
    files = audited().files() | {f"result/{name}": data}

    assert refusal(files, tmp_path)[1] == f"result/{name}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put("panels", value=None), id="no panels"),
        pytest.param(put("online_weight", value="0.3.0"), id="no number"),
        pytest.param(put("rounding", value={"total": "2"}), id="text for a number"),
        pytest.param(
            put("rounds", 0, "criteria", 0, "weight", value="0"), id="nothing"
        ),
        pytest.param(put("ladder", value=[]), id="no ladder"),
    ],
)
def test_rules_that_cannot_be_applied_are_refused(tmp_path, monkeypatch, change):
    files = mended(changed(audited().files(), "rules.json", change))
    monkeypatch.setattr(verify, "check_rules_in_log", lambda *_: None)

    assert refusal(files, tmp_path)[1] in (RULES, OUTCOME)


@pytest.mark.parametrize("name", ["trail.jsonl", "sheets.jsonl", "revisions.jsonl"])
def test_the_files_of_a_result_are_all_there_or_none(tmp_path, name):
    files = audited().files()
    del files[f"result/{name}"]

    assert refusal(files, tmp_path) == ("missing", f"result/{name}", 0)


def test_a_file_too_many_is_refused(tmp_path):
    files = audited().files() | {"result/notes.json": b"{}\n"}

    assert refusal(files, tmp_path) == ("extra", "result/notes.json", 0)


# ---------------------------------------------------------------- who agreed, and to what


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        pytest.param(
            "contest.json",
            put("confirmed_by", value="王五"),
            ("revision-log", CONTEST, 1),
            id="another second person",
        ),
        pytest.param(
            "contest.json",
            put("reason", value="换一个理由就好"),
            ("revision-log", CONTEST, 1),
            id="another reason",
        ),
        pytest.param(
            "revisions.jsonl",
            put(0, "contest", "outcome_hash", value="00" * 32),
            ("revision-log", REVISIONS, 1),
            id="another earlier result",
        ),
        pytest.param(
            "revisions.jsonl",
            list.clear,
            ("revision", CONTEST, 1),
            id="the earlier result left out",
        ),
        pytest.param(
            "revisions.jsonl",
            put(0, "ranking", 0, "total", value="96.2x"),
            ("shape", REVISIONS, 1),
            id="a score that is no number",
        ),
        pytest.param(
            "contest.json",
            put("published_at", value=None),
            ("revision-missing", REVISIONS, 0),
            id="an agreement denied",
        ),
    ],
)
def test_a_correction_is_as_the_log_has_it(tmp_path, name, change, where):
    assert refusal(changed(corrected().files(), name, change), tmp_path) == where


def test_a_result_that_two_people_agreed_on_cannot_be_another_one(tmp_path):
    files = changed(agreed().files(), "inputs.json", put("votes", "09", value=25))

    assert refusal(mended(files, computed=True), tmp_path) == (
        "revision-log",
        CONTEST,
        1,
    )


def other_digest(audit):
    audit.log.say("sheet", entry=7, corrections=9, digest="00" * 32)


def order_of_its_own(audit):
    audit.draws.clear()
    audit.draw_order(order=[7, 9, 12, 13])


def seed_before_the_list(audit):
    audit.draws.clear()
    audit.draw_order(list_hash="00" * 32)


def final_of_another(audit):
    audit.agree()
    audit.finish("final", outcome_hash="00" * 32)


@pytest.mark.parametrize(
    ("lie", "where"),
    [
        pytest.param(
            final_of_another, ("final", "entries.jsonl", 17), id="a final of another"
        ),
        pytest.param(
            other_digest, ("promise-not-opened", ACTS, 0), id="a lock that is not told"
        ),
        pytest.param(
            order_of_its_own, ("draw-order", DRAW, 1), id="an order of its own"
        ),
        pytest.param(
            seed_before_the_list, ("draw-list", DRAW, 1), id="a list of its own"
        ),
    ],
)
def test_what_the_site_signs_must_be_so(tmp_path, lie, where):
    assert refusal(audited(lie).files(), tmp_path) == where


def test_the_report_for_machines_holds_the_ranking(tmp_path, capsys):
    path = write_zip(with_sums(agreed().files()), tmp_path / "bundle.zip")

    assert verify.main([str(path), "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["result"]["flags"] == ["09"]
