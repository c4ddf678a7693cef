import pytest
from django.urls import reverse

from site_cms.accounts.roles import Role
from tests.factories import make_operator, sign_in

pytestmark = pytest.mark.django_db

ADDRESSES = [reverse(f"design:{page}") for page in ("paper", "night", "wall")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_operator_sees_the_gallery(client, address):
    sign_in(client, make_operator(Role.AUDITOR))

    response = client.get(address)

    assert (response.status_code, "样张" in response.text) == (200, True)


@pytest.mark.parametrize("address", ADDRESSES)
def test_visitor_is_led_to_the_sign_in(client, address):
    response = client.get(address)

    assert (
        response.status_code,
        response["Location"].startswith("/accounts/login/"),
    ) == (
        302,
        True,
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_unit_editor_is_told_that_the_page_is_not_theirs(client, address):
    client.force_login(make_operator(Role.UNIT_EDITOR))

    response = client.get(address)

    assert (response.status_code, "这一页您不能看" in response.text) == (403, True)


def test_parameters_of_a_component_are_shown_beside_it(client):
    sign_in(client, make_operator(Role.AUDITOR))

    assert (
        "编号: the pennant by which a unit is recognised"
        in client.get(ADDRESSES[0]).text
    )


def test_icon_is_found_by_its_old_name(client):
    assert client.get("/favicon.ico")["Location"].endswith("/img/icon.svg")
