"""The public addresses of this package. Pages of the CMS have theirs in the page tree."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from showcase.ledger import views as ledger
from showcase.pages import views as pages

app_name = "showcase"


class Plate(StringConverter):
    """A number as it is written on the site: 07, 112."""

    regex = "[0-9]{2,3}"


register_converter(Plate, "plate")

# A unit and what belongs to it. All else is found by the page tree.
_UNIT = "<slug:index>/<plate:plate>"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path(f"{_UNIT}/", pages.unit_page, name="unit"),
    path(f"{_UNIT}/share.jpg", pages.picture, {"kind": "share"}, name="share"),
    path(f"{_UNIT}/poster.jpg", pages.picture, {"kind": "poster"}, name="poster"),
    path(f"{_UNIT}/poster/", pages.poster_page, name="poster_page"),
    path(f"{_UNIT}/next/", pages.step, {"to": "next"}, name="next"),
    path(f"{_UNIT}/previous/", pages.step, {"to": "previous"}, name="previous"),
    path(f"{_UNIT}/list/", pages.step, {"to": "list"}, name="back_to_list"),
]
