"""The public addresses of this package. Pages of the CMS have theirs in the page tree."""

from django.urls import path

from showcase.ledger import views as ledger
from showcase.pages import views as pages

app_name = "showcase"

# Below a unit's own page, which the page tree serves.
_UNIT = "<slug:index>/<str:plate>"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path(f"{_UNIT}/share.jpg", pages.picture, {"kind": "share"}, name="share"),
    path(f"{_UNIT}/poster.jpg", pages.picture, {"kind": "poster"}, name="poster"),
    path(f"{_UNIT}/poster/", pages.poster_page, name="poster_page"),
    path(f"{_UNIT}/next/", pages.step, {"to": "next"}, name="next"),
    path(f"{_UNIT}/previous/", pages.step, {"to": "previous"}, name="previous"),
    path(f"{_UNIT}/list/", pages.step, {"to": "list"}, name="back_to_list"),
]
