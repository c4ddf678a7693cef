"""Addresses of the console, below the admin's."""

from django.urls import path
from django.views.decorators.cache import never_cache

from site_cms.accounts.permissions import role_required
from voting.integrity.console.acts import (
    DecidePage,
    DismissPage,
    HoldPage,
    ProposeRestorePage,
    ProposeVoidPage,
    ReleasePage,
    VoterDaysPage,
)
from voting.integrity.console.frame import ConsolePage
from voting.integrity.console.objections import ObjectionPage, ObjectionsPage
from voting.integrity.console.pages import (
    BallotsPage,
    IndexPage,
    LossesPage,
    OneGroupPage,
    OverviewPage,
)
from voting.integrity.console.thresholds import ThresholdsPage

app_name = "integrity"


def page(route: str, view: type[ConsolePage], name: str):
    guard = role_required(*view.roles, opens=view.opens)
    return path(route, guard(never_cache(view.as_view())), name=name)


_GROUP = "<slug:slug>/groups/<int:number>/"

urlpatterns = [
    page("", IndexPage, "index"),
    page("<slug:slug>/", OverviewPage, "poll"),
    page("<slug:slug>/thresholds/", ThresholdsPage, "thresholds"),
    page("<slug:slug>/objections/", ObjectionsPage, "objections"),
    page("<slug:slug>/objections/<int:pk>/", ObjectionPage, "objection"),
    page(_GROUP, OneGroupPage, "group"),
    page(f"{_GROUP}ballots/", BallotsPage, "ballots"),
    page(f"{_GROUP}losses/", LossesPage, "losses"),
    page(f"{_GROUP}hold/", HoldPage, "hold"),
    page(f"{_GROUP}release/", ReleasePage, "release"),
    page(f"{_GROUP}dismiss/", DismissPage, "dismiss"),
    page(f"{_GROUP}same-voters/", VoterDaysPage, "voter_days"),
    page(f"{_GROUP}void/", ProposeVoidPage, "propose"),
    page(f"{_GROUP}restore/", ProposeRestorePage, "restore"),
    page(f"{_GROUP}decide/", DecidePage, "decide"),
]
