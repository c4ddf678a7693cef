"""The result as a spreadsheet: every figure of the pages, down to each seat's marks.

Scores stand twice: as shown, to sort and add by, and exact as text, which is what the verifier
compares. Nothing here is a formula.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from site_cms.spreadsheets.tables import Column
from site_cms.spreadsheets.writing import Value, write_book
from site_cms.templatetags.design import moment
from voting.results.page_queries import Result
from voting.results.standings import place, value
from voting.rules import exact

Json = Mapping[str, Any]
Rows = Iterator[list[Value]]

_STATES = {
    "counted": "计入",
    "high": "去掉：最高",
    "low": "去掉：最低",
    "void": "整组作废",
    "absent": "缺席",
    "recused": "回避",
    "missing": "没有交",
    "partial": "没填全",
    "practice": "练习席，不计",
    "observer": "观摩席，不计",
}
_ENTRY = (Column("编号", width=8), Column("单位", width=26))


def workbook(result: Result) -> bytes:
    """An xlsx file of everything that the result's pages tell."""
    return write_book(
        [
            (
                "名次",
                [
                    Column("名次", width=12),
                    *_ENTRY,
                    Column("综合得分"),
                    Column("综合得分（精确）", width=30),
                    Column("红旗", width=8),
                    Column("各部分", width=40),
                    Column("怎么分出先后", width=60),
                ],
                _ranking(result),
            ),
            (
                "各部分",
                [
                    *_ENTRY,
                    Column("部分", width=20),
                    Column("得分"),
                    Column("得分（精确）", width=30),
                    Column("权重", width=12),
                    Column("乘权重后"),
                    Column("乘权重后（精确）", width=30),
                ],
                _parts(result),
            ),
            (
                "评委组",
                [
                    *_ENTRY,
                    Column("轮次", width=16),
                    Column("评委组", width=20),
                    Column("权重", width=12),
                    Column("组得分"),
                    Column("组得分（精确）", width=30),
                ],
                _panels(result),
            ),
            (
                "评委打分",
                [
                    *_ENTRY,
                    Column("轮次", width=16),
                    Column("评委组", width=20),
                    Column("席位", width=8),
                    Column("评分项", width=18),
                    Column("分数", width=10),
                    Column("算不算", width=16),
                ],
                _marks(result),
            ),
            (
                "票数",
                [
                    *_ENTRY,
                    Column("选项", width=16),
                    Column("票数"),
                    Column("民意得分"),
                    Column("民意得分（精确）", width=30),
                ],
                _votes(result),
            ),
            (
                "规则",
                [
                    Column("条", width=6),
                    Column("标题", width=24),
                    Column("内容", width=110),
                ],
                _rules(result),
            ),
            (
                "每一步",
                [*_ENTRY, Column("步", width=6), Column("怎么算的", width=130)],
                _steps(result),
            ),
            (
                "这份结果",
                [Column("项目", width=20), Column("内容", width=90)],
                _about(result),
            ),
        ],
        explained=False,
    )


def _ranking(result: Result) -> Rows:
    table = result.table
    for row in table.rows:
        yield [
            row.place,
            row.plate,
            row.name,
            Decimal(row.score),
            row.exact,
            "有" if row.has_flag else "",
            row.parts,
            row.deciding,
        ]
    for entry in table.unlisted:
        yield ["不公布", entry.plate, entry.name]
    for gone in table.unranked:
        yield ["没有名次", gone.plate, gone.name, None, "", "", gone.reason]
    for gone in table.withdrawn:
        yield ["不再参评", gone.plate, gone.name, None, "", "", gone.reason]


def _entries(result: Result) -> Iterator[tuple[list[Value], Json]]:
    for entry in (*result.outcome["ranking"], *result.outcome["unranked"]):
        yield [entry["entry"], entry["name"]], entry


def _figure(figure: Json | None) -> list[Value]:
    return [Decimal(figure["shown"]), figure["exact"]] if figure else [None, ""]


def _parts(result: Result) -> Rows:
    for who, entry in _entries(result):
        for part in entry["parts"]:
            yield [
                *who,
                part["name"],
                *_figure(part["points"]),
                exact.percent(value(part["weight"])),
                *_figure(part["weighted"]),
            ]
        for note in entry["added"]:
            yield [*who, note["name"], *_figure(note["points"]), "直接加"]
        for note in entry["deducted"]:
            yield [*who, note["name"], *_figure(note["points"]), "扣"]
        if entry["total"]:
            yield [*who, "综合得分", *_figure(entry["total"]), place(entry)]


def _each_panel(result: Result) -> Iterator[tuple[list[Value], str, Json]]:
    """Unit, round and panel as they are called, the code of the round, and its trace."""
    for who, entry in _entries(result):
        for round_ in entry["marks"]["rounds"]:
            for panel in round_["panels"]:
                yield [*who, round_["name"], panel["name"]], round_["code"], panel


def _panels(result: Result) -> Rows:
    for where, _, panel in _each_panel(result):
        weight = exact.percent(value(panel["weight_used"]))
        yield [*where, weight, *_figure(panel["points"])]


def _marks(result: Result) -> Rows:
    names = {(r.code, c.code): c.name for r in result.rules.rounds for c in r.criteria}
    for where, code_of_round, panel in _each_panel(result):
        for line in panel["lines"]:
            for row in line["rows"]:
                state = _STATES[row["state"]]
                for code, mark in row.get("marks", {}).items():
                    name = names[code_of_round, code]
                    yield [*where, row["seat"], name, _number(mark), state]
                name = names.get((code_of_round, line["criterion"]), "合计")
                total = row.get("total")
                given = _number(exact.plain(value(total))) if total else None
                yield [*where, row["seat"], name, given, state]


def _number(text: str) -> Value:
    """A mark as it was given; what has no end stays exact text."""
    return text if "/" in text else Decimal(text)


def _votes(result: Result) -> Rows:
    votes = result.rules.votes
    if votes is None:
        return
    grades = [(grade.code, grade.name) for grade in votes.grades]
    for who, entry in _entries(result):
        trace = entry["votes"]
        if trace is None:
            continue
        points = _figure(trace["points"])
        for code, name in grades:
            yield [*who, name, trace["counts"].get(code, 0), *points]
        if not grades and trace["measure"]:
            yield [*who, "选中", _number(exact.plain(value(trace["measure"]))), *points]


def _rules(result: Result) -> Rows:
    for number, article in enumerate(result.articles, start=1):
        yield [number, article.title, article.sentence]


def _steps(result: Result) -> Rows:
    for who, entry in _entries(result):
        for number, sentence in enumerate(entry["sentences"], start=1):
            yield [*who, number, sentence]


def _about(result: Result) -> Rows:
    publication, computation = result.publication, result.computation
    final = result.finalisation
    yield ["活动", str(result.contest)]
    if result.contest.practice:
        yield ["注意", result.contest.practice_note]
    yield ["状态", result.band.label]
    if publication.reason:
        yield ["更正理由", publication.reason]
    yield ["计算", _when(computation.computed_at)]
    yield [
        "拟定",
        f"{_when(publication.published_at)}，"
        f"{publication.proposed_by}提出，{publication.confirmed_by}核对同意",
    ]
    if final:
        yield [
            "定稿",
            f"{_when(final.finalised_at)}，"
            f"{final.proposed_by}提出，{final.confirmed_by}核对同意",
        ]
    for weight in result.weights:
        yield [
            f"{weight.name}的权重",
            f"规则里 {weight.nominal}，实际影响约 {weight.effective or '看不出'}",
        ]
    yield ["规则校验值", computation.rule_sheet.rules_hash]
    yield ["打分和票数校验值", computation.inputs_hash]
    yield ["结果校验值", computation.outcome_hash]


def _when(at) -> str:
    return f"{localtime(at):%Y} 年 {moment(localtime(at))}"
