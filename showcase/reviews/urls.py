"""Addresses of reviewing, below the admin's."""

from django.urls import path
from django.views.decorators.cache import never_cache

from showcase.reviews.views.desk import Desk, DraftOfReview, PageOfReview, ReviewPage
from showcase.reviews.views.frame import ReviewingPage
from showcase.reviews.views.rounds import (
    Assign,
    ProgressPage,
    RankingPage,
    Select,
    SetUp,
)
from site_cms.accounts.permissions import role_required

app_name = "reviews"


def page(route: str, view: type[ReviewingPage], name: str):
    guarded = role_required(*view.roles)(never_cache(view.as_view()))
    return path(route, guarded, name=name)


urlpatterns = [
    page("", Desk, "desk"),
    page("<int:pk>/", ReviewPage, "review"),
    page("<int:pk>/draft/", DraftOfReview, "draft"),
    page("<int:pk>/page/", PageOfReview, "page"),
    page("<slug:slug>/<slug:step>/", ProgressPage, "progress"),
    page("<slug:slug>/<slug:step>/set-up/", SetUp, "set_up"),
    page("<slug:slug>/<slug:step>/assign/", Assign, "assign"),
    page("<slug:slug>/<slug:step>/ranking/", RankingPage, "ranking"),
    page("<slug:slug>/<slug:step>/select/", Select, "select"),
]
