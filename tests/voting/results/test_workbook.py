"""The spreadsheet holds every figure of the page, and nothing that a spreadsheet program runs."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import NOW, RULES, make_decided_contest, make_publication
from voting.results.page_queries import result_of
from voting.results.workbook import workbook

pytestmark = pytest.mark.django_db


def opened(publication):
    book = load_workbook(io.BytesIO(workbook(result_of(publication, now=NOW))))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def download(client, contest):
    response = client.get(reverse("voting:result_workbook", args=[contest.slug]))
    return response, load_workbook(io.BytesIO(response.content))


def test_everybody_may_fetch_it_once_the_result_is_out(client):
    publication = make_publication()

    response, book = download(client, publication.contest)

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert book.sheetnames == [
        "名次",
        "各部分",
        "评委组",
        "评委打分",
        "票数",
        "规则",
        "每一步",
        "这份结果",
    ]


def test_scores_stand_as_shown_and_exact():
    publication = make_publication()
    first, *_ = publication.computation.outcome["ranking"]

    ranks, parts = (opened(publication)[title] for title in ("名次", "各部分"))

    assert ranks[1][:6] == (
        "第 1 名",
        first["entry"],
        first["name"],
        float(first["total"]["shown"]),
        first["total"]["exact"],
        "有",
    )
    assert [row[2] for row in parts[1:4]] == ["现场得分", "民意得分", "综合得分"]
    assert parts[1][4] == first["parts"][0]["points"]["exact"]


def test_every_mark_of_every_seat_is_there():
    publication = make_publication()
    given = publication.computation.inputs["marks"]["final"]
    names = {"results": "实事成效", "presentation": "现场展示"}

    rows = opened(publication)["评委打分"][1:]

    assert {
        (row[0], row[4], row[5], Decimal(str(row[6])))
        for row in rows
        if row[5] != "合计"
    } == {
        (plate, seat, names[code], Decimal(mark))
        for plate, seats in given.items()
        for seat, marks in seats.items()
        for code, mark in marks.items()
    }
    assert {row[7] for row in rows} == {"计入", "去掉：最高", "去掉：最低"}


def test_votes_steps_and_hashes_are_those_of_the_computation():
    publication = make_publication()
    computation = publication.computation

    book = opened(publication)

    assert {row[0]: row[3] for row in book["票数"][1:]} == computation.inputs["votes"]
    assert [row[3] for row in book["每一步"][1:]] == [
        sentence
        for entry in computation.outcome["ranking"]
        for sentence in entry["sentences"]
    ]
    about = dict(book["这份结果"][1:])
    assert about["结果校验值"] == computation.outcome_hash
    assert about["状态"] == "拟定结果"


def test_a_name_that_looks_like_a_formula_stays_a_name():
    contest = make_decided_contest(votes=(1, 2))
    unit = contest.entries.in_number_order()[0].unit
    unit.name = '=HYPERLINK("http://example.com","点我")'
    unit.save()

    cells = [
        cell
        for sheet in load_workbook(
            io.BytesIO(workbook(result_of(make_publication(contest), now=NOW)))
        )
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]

    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


def test_only_the_top_is_in_it_where_the_rule_sheet_says_so():
    contest = make_decided_contest(document=RULES | {"publishing": "top"})
    publication = make_publication(contest)
    inside = publication.computation.outcome["cut"]["inside"]

    book = opened(publication)

    told = {
        row[0]
        for title in ("各部分", "评委组", "评委打分", "票数", "每一步")
        for row in book[title][1:]
    }
    assert told == set(inside)
    assert [row[0] for row in book["名次"][1:]] == ["第 1 名", "不公布", "不公布"]
