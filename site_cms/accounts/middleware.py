"""No operator gets anywhere with a password alone."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from site_cms.accounts.queries import has_second_factor, is_operator

_ALWAYS = {"account_login", "account_logout", "health_live", "health_ready"}
_WHILE_CHANGING = _ALWAYS | {"account_change_password"}
_WHILE_SETTING_UP = _ALWAYS | {"account_reauthenticate", "mfa_activate_totp"}


class SecondFactorMiddleware:
    """Whoever must change a password or set up a second factor sees nothing else before.

    It stands on the views, not on their addresses: a new page of ours is behind it
    without being told. Anonymous requests pass, and cost no look at a session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_ours(request):
            add_never_cache_headers(response)
        return response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        here = request.resolver_match.view_name
        if user.must_change_password:
            return self._lead(request, "account_change_password", _WHILE_CHANGING)
        if here in _ALWAYS or not is_operator(user):
            return None
        if not has_second_factor(user):
            return self._lead(request, "mfa_activate_totp", _WHILE_SETTING_UP)
        if not second_factor_passed(request):
            logout(request)
            return redirect_to_login(_come_back_to(request))
        return None

    def _lead(self, request, name: str, allowed: set[str]) -> HttpResponse | None:
        if request.resolver_match.view_name in allowed:
            return None
        return redirect_to_login(_come_back_to(request), login_url=reverse(name))


def _is_ours(request: HttpRequest) -> bool:
    """Whether this is a page of the sign-in: none of them may stay in a browser's cache."""
    match = request.resolver_match
    return bool(match and match.view_name.startswith(("account_", "mfa_")))


def second_factor_passed(request: HttpRequest) -> bool:
    """Whether this session's user showed a second factor in this session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def _come_back_to(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else "/"
