import pytest
from django.db import DatabaseError, connection


def test_process_that_lives_says_so_without_the_database(client):
    response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_site_is_ready_when_the_database_answers(client):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_site_is_not_ready_when_the_database_does_not_answer(client):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (503, {"status": "no database"})


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
@pytest.mark.django_db
def test_answer_is_of_this_moment(client, address):
    assert "no-store" in client.get(address)["Cache-Control"]
    assert client.post(address).status_code == 405
