import pytest
from django.test import RequestFactory
from django.urls import reverse

from site_cms.design.preferences import Preferences, preferences_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "cookies", "expected"),
    [
        pytest.param("/", {}, Preferences(), id="nothing said"),
        pytest.param("/?font=large", {}, Preferences(font="large"), id="address"),
        pytest.param(
            "/", {"contrast": "high"}, Preferences(contrast="high"), id="cookie"
        ),
        pytest.param(
            "/?font=normal",
            {"font": "large"},
            Preferences(),
            id="address before cookie",
        ),
        pytest.param(
            "/?font=huge",
            {"font": "large"},
            Preferences(font="large"),
            id="rubbish in the address is not an answer",
        ),
        pytest.param(
            "/?font=", {"font": "<b>"}, Preferences(), id="rubbish everywhere"
        ),
        pytest.param(
            "/?font=large&font=normal", {}, Preferences(), id="the last of two counts"
        ),
    ],
)
def test_preferences_come_from_the_address_then_from_the_cookie(
    address, cookies, expected
):
    request = RequestFactory().get(address)
    request.COOKIES.update(cookies)

    assert preferences_of(request) == expected


def test_key_tells_renderings_apart():
    assert {
        Preferences(font, contrast).key
        for font in ("normal", "large")
        for contrast in ("normal", "high")
    } == {"normal-normal", "normal-high", "large-normal", "large-high"}


def test_choice_of_the_address_stays_without_javascript(client):
    first = client.get("/nowhere/?font=large", headers={"accept": "text/html"})
    second = client.get("/nowhere/")

    assert 'data-font="large"' in first.text
    assert 'data-font="large"' in second.text
    assert 'name="font" value="normal"' in second.text
    assert client.cookies["font"]["samesite"] == "Lax"


def test_choice_is_taken_back(client):
    client.get("/nowhere/?contrast=high")
    client.get("/nowhere/?contrast=normal")

    assert "data-contrast" not in client.get("/nowhere/").text


def test_visitor_who_chose_nothing_gets_no_cookie(client):
    assert client.get("/nowhere/?page=2").cookies == {}


def test_same_choice_again_sets_no_cookie_again(client):
    client.get("/nowhere/?font=large")

    assert client.get("/nowhere/?font=large").cookies == {}


def test_switches_carry_the_rest_of_the_address_along(client):
    page = client.get("/nowhere/?q=路&cat=2&font=large&q=桥").text

    assert '<input type="hidden" name="q" value="路">' in page
    assert '<input type="hidden" name="q" value="桥">' in page
    assert '<input type="hidden" name="cat" value="2">' in page
    assert '<input type="hidden" name="font"' not in page


def test_switches_escape_what_the_address_says(client):
    assert "<script>alert" not in client.get('/nowhere/?q="><script>alert(1)').text


def test_health_has_no_preferences_to_keep(client):
    assert client.get(reverse("health_live")).cookies == {}
