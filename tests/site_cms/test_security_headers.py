import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from site_cms.security_headers import (
    SecurityHeadersMiddleware,
    framed_by_own_pages,
    frames_own_pages,
)

pytestmark = pytest.mark.django_db

STRICT = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def answer(view, path="/"):
    return SecurityHeadersMiddleware(view)(RequestFactory().get(path))


def plain(request):
    return HttpResponse()


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/health/live", "/accounts/login/", "/design/"]
)
def test_public_pages_carry_the_strict_policy(client, path):
    assert client.get(path)["Content-Security-Policy"] == STRICT


def test_admin_may_run_its_inline_scripts_and_preview_pages(client):
    response = client.get("/admin/login/")
    policy = response["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "img-src 'self' data: blob:" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_address_that_only_looks_like_the_admin_stays_strict(client):
    assert client.get("/administration/")["Content-Security-Policy"] == STRICT


def test_other_headers_stand_on_every_page(client):
    response = client.get("/nowhere/")

    assert {
        name: response[name]
        for name in (
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert "geolocation=()" in response["Permissions-Policy"]


def test_screen_can_be_shown_in_the_host_console_and_nowhere_else():
    response = answer(framed_by_own_pages(plain))

    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "script-src 'self';" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_host_console_may_frame_own_pages_and_not_be_framed():
    response = answer(frames_own_pages(plain))

    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_page_may_do_both():
    policy = answer(frames_own_pages(framed_by_own_pages(plain)))[
        "Content-Security-Policy"
    ]

    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy


def test_stricter_policy_of_a_view_stays():
    def file(request):
        return HttpResponse(
            headers={"Content-Security-Policy": "default-src 'none'; sandbox"}
        )

    assert answer(file)["Content-Security-Policy"] == "default-src 'none'; sandbox"
