import hashlib
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.viewsets import viewsets
from wagtail.snippets.models import get_snippet_models

from tests.factories import (
    NOW,
    make_decided_contest,
    make_publication,
    make_user,
)
from voting.results.models import Computation, Publication
from voting.results.services import compute_result

pytestmark = pytest.mark.django_db


def address(name: str, contest, *more) -> str:
    return reverse(f"voting:{name}", args=[contest.slug, *more])


def text(response) -> str:
    return response.content.decode()


def computed(contest) -> Computation:
    return compute_result(by=make_user(), contest=contest, now=NOW)


PUBLIC = [
    ("results", ()),
    ("result_json", ()),
    ("result_inputs", ()),
    ("result_outcome", ()),
    ("result_entry", ("01",)),
    ("result_entry_json", ("01",)),
]


@pytest.mark.parametrize(("name", "more"), PUBLIC)
def test_a_computed_result_leaks_nowhere_before_its_publication(client, name, more):
    contest = make_decided_contest()
    url = address(name, contest, *more)
    before = client.get(url)

    computation = computed(contest)
    after = client.get(url)

    def told(response):
        headers = {k: v for k, v in response.items() if k != "Date"}
        return response.status_code, headers, response.content

    assert told(after) == told(before)
    assert "ETag" not in after
    for secret in (computation.outcome_hash, computation.inputs_hash, "outcome"):
        assert secret not in text(after).replace("outcome.json", "")


def test_no_list_of_the_admin_shows_computations():
    listed = [getattr(viewset, "model", None) for viewset in viewsets.viewsets]
    listed += get_snippet_models()

    assert [m for m in listed if m in (Computation, Publication)] == []


def test_the_page_shows_the_numbers_of_the_engine(client):
    publication = make_publication()
    contest, outcome = publication.contest, publication.computation.outcome

    page = text(client.get(address("results", contest)))

    for entry in outcome["ranking"]:
        assert f'<span class="ranks__score">{entry["total"]["shown"]}</span>' in page
        marks, votes = (part["weighted"]["shown"] for part in entry["parts"])
        assert f"现场 {marks} ＋ 民意 {votes}" in page
    for value in (
        publication.computation.inputs_hash,
        publication.computation.outcome_hash,
        publication.computation.rule_sheet.rules_hash,
    ):
        assert value in page


def test_pages_ask_the_database_no_more_for_more_entries(client):
    counts = []
    for votes in ((4,), (4, 3, 1)):
        contest = make_publication(make_decided_contest(votes=votes)).contest
        for name, more in (("results", ()), ("result_entry", ("01",))):
            with CaptureQueriesContext(connection) as asked:
                client.get(address(name, contest, *more))
            counts.append(len(asked))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 20


def test_page_and_files_and_export_come_from_one_computation(client):
    publication = make_publication()
    contest, computation = publication.contest, publication.computation

    export = client.get(address("result_json", contest)).json()
    files = {
        part: client.get(address(f"result_{part}", contest)).content
        for part in ("inputs", "outcome")
    }

    assert export["outcome"] == json.loads(files["outcome"]) == computation.outcome
    assert export["sha256"] == {
        "rules": computation.rule_sheet.rules_hash,
        "inputs": hashlib.sha256(files["inputs"]).hexdigest(),
        "outcome": hashlib.sha256(files["outcome"]).hexdigest(),
    }


def test_the_breakdown_strikes_out_what_was_dropped_and_names_the_seat(client):
    publication = make_publication(make_decided_contest(votes=(4, 3, 1)))
    entry = publication.computation.outcome["ranking"][0]

    page = text(client.get(address("result_entry", publication.contest, "01")))

    assert f"{entry['total']['shown']} 分" in page
    panel = entry["marks"]["rounds"][0]["panels"][0]
    dropped = [row for row in panel["lines"][0]["rows"] if row["state"] == "high"]
    assert [row["seat"] for row in dropped] == ["A03"]
    assert (
        '<li class="is-out"><small>A03</small><s>75.5</s><small>最高</small></li>'
        in (page)
    )
    for sentence in entry["sentences"][-3:]:
        assert sentence in page


def test_the_data_of_one_entry_is_its_trace(client):
    publication = make_publication()

    data = client.get(address("result_entry_json", publication.contest, "02")).json()

    assert data["entry"] == next(
        entry
        for entry in publication.computation.outcome["ranking"]
        if entry["entry"] == "02"
    )


@pytest.mark.parametrize("plate", ["2", "99", "x", "1" * 40])
def test_an_unknown_number_is_not_found(client, plate):
    publication = make_publication()

    responses = [
        client.get(address(name, publication.contest, plate))
        for name in ("result_entry", "result_entry_json")
    ]

    assert [response.status_code for response in responses] == [404, 404]


def test_a_practice_contest_carries_its_band(client):
    contest = make_decided_contest(practice=True, practice_note="演练，不计入任何成绩")
    publication = make_publication(contest)

    for name, more in (("results", ()), ("result_entry", ("01",))):
        page = text(client.get(address(name, publication.contest, *more)))
        assert "演练，不计入任何成绩" in page


def test_a_hidden_contest_has_no_result(client):
    publication = make_publication(make_decided_contest(hidden=True))

    assert client.get(address("results", publication.contest)).status_code == 404
