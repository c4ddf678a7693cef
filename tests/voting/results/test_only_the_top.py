"""A rule sheet may let the pages tell only the flags. The data to check by stays whole."""

import pytest
from django.urls import reverse

from tests.factories import RULES, make_decided_contest, make_publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication():
    return make_publication(
        make_decided_contest(document=RULES | {"publishing": "top"})
    )


@pytest.fixture
def below(publication):
    """Everything of the outcome about those without a flag that would tell how they did."""
    inside = publication.computation.outcome["cut"]["inside"]
    return [
        entry
        for entry in publication.computation.outcome["ranking"]
        if entry["entry"] not in inside
    ]


def get(client, name, publication, *more):
    return client.get(reverse(f"voting:{name}", args=[publication.contest.slug, *more]))


def test_the_page_names_the_others_by_number_and_tells_nothing_else(
    client, publication, below
):
    page = get(client, "results", publication).content.decode()

    assert "红旗单位的得分" in page
    assert [entry["name"] for entry in below if entry["name"] not in page] == []
    for entry in below:
        assert f'<span class="ranks__score">{entry["total"]["shown"]}<' not in page
        assert (
            reverse(
                "voting:result_entry", args=[publication.contest.slug, entry["entry"]]
            )
            not in page
        )


def test_the_last_flag_is_not_compared_with_who_came_next(client, publication, below):
    inside = publication.computation.outcome["cut"]["inside"]

    page = get(client, "result_entry", publication, inside[-1]).content.decode()

    assert [entry["name"] for entry in below if entry["name"] in page] == []


def test_their_own_pages_say_why_there_is_nothing(client, publication, below):
    for entry in below:
        page = get(client, "result_entry", publication, entry["entry"])
        data = get(client, "result_entry_json", publication, entry["entry"])

        assert (page.status_code, data.status_code) == (404, 404)
        assert "结果页只写红旗单位的名次、得分和算法" in page.content.decode()
        assert data.json() == {
            "error": "按计分规则，结果页只写红旗单位的名次、得分和算法。"
        }


def test_the_data_of_the_page_leaves_out_what_the_page_leaves_out(
    client, publication, below
):
    data = get(client, "result_json", publication).json()

    inside = publication.computation.outcome["cut"]["inside"]
    assert [row["entry"] for row in data["standings"]] == inside
    assert {"inputs", "whatif"} & data.keys() == set()
    for entry in below:
        assert entry["total"]["exact"] not in str(data)


def test_what_was_hashed_can_still_be_fetched_whole(client, publication):
    outcome = get(client, "result_outcome", publication).json()
    inputs = get(client, "result_inputs", publication).json()

    assert outcome == publication.computation.outcome
    assert inputs == publication.computation.inputs
