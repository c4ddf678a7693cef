"""Screen, page, paper, spreadsheet, data and verifier tell one and the same ranking."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from site_cms.accounts.roles import Role
from tests.factories import RULES, make_operator, sign_in
from tests.factories.audits import (
    make_audited_computation,
    make_audited_contest,
    make_audited_publication,
)
from voting import verify
from voting.integrity.log_bundle import write_bundle
from voting.results.queries import standing_result
from voting.results.reveal_services import keep_script

pytestmark = pytest.mark.django_db

_ALL_WIN = RULES | {"places": 3}


@pytest.fixture
def contest(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    contest = make_audited_contest(document=_ALL_WIN)
    make_audited_publication(make_audited_computation(contest))
    return contest


def get(client, name, contest):
    return client.get(reverse(f"voting:{name}", args=[contest.slug]))


def on_the_page(client, contest):
    found = re.findall(
        r'ranks__place">(\d+)<.*?编号 </span>(\d+)</span>\s*'
        r'<a href="[^"]*">([^<]*)</a>.*?ranks__score">([\d.]+)<',
        get(client, "results", contest).content.decode(),
        re.DOTALL,
    )
    return [(int(rank), plate, name, score) for rank, plate, name, score in found]


def in_the_data(client, contest):
    return [
        (row["rank"], row["entry"], row["name"], row["score"])
        for row in get(client, "result_json", contest).json()["standings"]
    ]


def in_the_spreadsheet(client, contest):
    book = load_workbook(io.BytesIO(get(client, "result_workbook", contest).content))
    return [
        (int(re.search(r"\d+", rank)[0]), plate, name, f"{score:.2f}")
        for rank, plate, name, score, *_ in book["名次"].iter_rows(
            min_row=2, values_only=True
        )
    ]


def on_the_paper(client, contest):
    sign_in(client, make_operator(Role.SUPERVISOR))
    found = re.findall(
        r'<td class="num"><b>(\d+)</b></td><td class="num">(\d+)</td>'
        r'<td class="l">.*?</svg>([^<]*)</td>.*?<td class="num"><b>([\d.]+)</b></td></tr>',
        get(client, "result_sheet", contest).content.decode(),
    )
    return [(int(rank), plate, name, score) for rank, plate, name, score in found]


def on_the_screen(client, contest):
    kept = keep_script(
        by=None, publication=standing_result(contest), now=timezone.now()
    )
    places = sorted(kept.script.places, key=lambda place: place.position)
    return [(place.rank, place.plate, place.full, place.total) for place in places]


def of_the_verifier(contest, path):
    write_bundle(contest=contest, path=path, now=timezone.now())
    report = verify.check_bundle(verify.source_at(path))
    assert report["verdict"] == "equal"
    return [
        (row["rank"], row["entry"], row["name"], row["shown"])
        for row in report["result"]["ranking"]
    ]


def test_the_same_ranking_from_everywhere(client, contest, tmp_path):
    verified = of_the_verifier(contest, tmp_path / "bundle.zip")

    assert [rank for rank, *_ in verified] == [1, 2, 3]
    for told in (
        on_the_page,
        in_the_data,
        in_the_spreadsheet,
        on_the_paper,
        on_the_screen,
    ):
        assert told(client, contest) == verified, told.__name__
