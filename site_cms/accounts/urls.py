"""The one sign-in. Of allauth only what operators need: no sign-up, e-mail or reset."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from django.urls import include, path

from site_cms.gate.decorators import limited

# One address guessing at many accounts. A whole office behind one address fits in; the
# wait after wrong passwords for one account is counted in the database.
guarded = limited(burst="10/10s", sustained="120/h", when_down="open")

urlpatterns = [
    path("login/", guarded(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path(
        "2fa/authenticate/",
        guarded(second_factor.authenticate),
        name="mfa_authenticate",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
