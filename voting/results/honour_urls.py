"""The archive, and what winners and those who congratulate them fetch."""

from django.urls import path

from voting.results import history_views, honour_views

urlpatterns = [
    path("", history_views.archive, name="archive"),
    path("units/<slug:code>/", history_views.unit_years, name="unit_years"),
    path("<slug:slug>/honours/", honour_views.honours, name="honours"),
    path("<slug:slug>/honours.zip", honour_views.honours_zip, name="honours_zip"),
    path(
        "<slug:slug>/honours/sample.png",
        honour_views.sample,
        name="certificate_sample",
    ),
    path("<slug:slug>/share.jpg", honour_views.share, name="honours_share"),
    path(
        "<slug:slug>/<str:plate>/share.jpg",
        honour_views.share,
        name="honours_share_of",
    ),
    path(
        "<slug:slug>/<str:plate>/certificate.<str:ending>",
        honour_views.certificate,
        name="certificate",
    ),
]
