from datetime import timedelta

import pytest
from django.utils import timezone

from showcase.ledger.models import DeedState
from tests.factories import make_contest, make_deed
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db


def test_the_ledger_is_there_before_anything_is_in_it(client):
    response = client.get("/ledger/")

    assert response.status_code == 200
    assert "这里没有实事" in response.text


def test_what_is_late_is_shown_with_its_reason(client):
    make_site()
    make_contest(practice=True, practice_note="这是演练")
    yesterday = timezone.localdate() - timedelta(days=1)
    make_deed(title="小刘庄食堂", due_on=yesterday, note="换施工队", target=10, done=4)
    make_deed(title="村道", due_on=timezone.localdate())
    make_deed(title="还没立项", state=DeedState.PROPOSED)

    everything = client.get("/ledger/").text
    late = client.get("/ledger/", {"show": "overdue"}).text

    for words in ("小刘庄食堂", "换施工队", "逾期 1 天", "40%", "这是演练"):
        assert words in everything
    assert "村道" in everything
    assert "还没立项" not in everything
    assert "小刘庄食堂" in late
    assert "村道" not in late


@pytest.mark.parametrize(
    "asked",
    [
        {"show": "x"},
        {"show": "\x00"},
        {"page": "-5"},
        {"page": "x"},
        {"page": "9" * 99},
    ],
)
def test_rubbish_in_the_address_shows_the_whole_list(client, asked):
    make_deed(title="村道")

    response = client.get("/ledger/", asked)

    assert response.status_code == 200
    assert "村道" in response.text


@pytest.mark.parametrize("count", [3, 30])
def test_the_ledger_takes_the_same_queries_for_any_number_of_deeds(
    client, django_assert_num_queries, count
):
    make_site()
    for _ in range(count):
        make_deed()
    client.get("/ledger/")

    with django_assert_num_queries(6):
        client.get("/ledger/")


def test_nothing_is_posted_here(client):
    assert client.post("/ledger/").status_code == 405
