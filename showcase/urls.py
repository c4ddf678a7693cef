"""The public addresses of this package. Pages of the CMS have theirs in the page tree."""

from django.urls import path

from showcase.ledger import views as ledger

app_name = "showcase"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
]
