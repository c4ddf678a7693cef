"""Addresses of a night's preparation, below the admin's."""

from django.urls import path
from django.views.decorators.cache import never_cache

from site_cms.accounts.permissions import role_required
from voting.judging.card_views import CardsPage
from voting.judging.setup_pages import (
    AddSeatPage,
    FollowRulesView,
    ImportPage,
    IndexPage,
    NightPage,
    RoundPage,
    SeatPage,
    SetupFile,
    SupervisorsPage,
)

app_name = "nights"


def page(route: str, view, name: str, **initial):
    guard = role_required(*view.roles, opens=view.opens)
    return path(route, guard(never_cache(view.as_view(**initial))), name=name)


urlpatterns = [
    page("", IndexPage, "index"),
    page("<slug:slug>/", NightPage, "night"),
    page("<slug:slug>/set-up/", FollowRulesView, "set_up"),
    page("<slug:slug>/import/", ImportPage, "import"),
    page("<slug:slug>/file/", SetupFile, "file"),
    page("<slug:slug>/template/", SetupFile, "template", is_template=True),
    page("<slug:slug>/rounds/<slug:code>/", RoundPage, "round"),
    page("<slug:slug>/seats/add/", AddSeatPage, "add_seat"),
    page("<slug:slug>/seats/<int:seat_id>/", SeatPage, "seat"),
    page("<slug:slug>/supervisors/", SupervisorsPage, "supervisors"),
    page("<slug:slug>/cards/", CardsPage, "cards"),
]
