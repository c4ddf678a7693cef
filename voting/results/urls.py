from django.urls import path

from voting.results import history_views, honour_views, views, without_voids_views

urlpatterns = [
    path("", history_views.archive, name="archive"),
    path("units/<slug:code>/", history_views.unit_years, name="unit_years"),
    path("<slug:slug>.json", views.result_json, name="result_json"),
    path("<slug:slug>/", views.results, name="results"),
    path("<slug:slug>/manage/", views.manage, name="results_manage"),
    path("<slug:slug>/voids/", without_voids_views.without_voids, name="results_voids"),
    path("<slug:slug>/honours/", honour_views.honours, name="honours"),
    path("<slug:slug>/honours.zip", honour_views.honours_zip, name="honours_zip"),
    path(
        "<slug:slug>/honours/sample.png",
        honour_views.sample,
        name="certificate_sample",
    ),
    path("<slug:slug>/share.jpg", honour_views.share, name="honours_share"),
    path(
        "<slug:slug>/<str:plate>/share.jpg", honour_views.share, name="honours_share_of"
    ),
    path(
        "<slug:slug>/<str:plate>/certificate.<str:ending>",
        honour_views.certificate,
        name="certificate",
    ),
    path(
        "<slug:slug>/inputs.json",
        views.result_file,
        {"part": "inputs"},
        name="result_inputs",
    ),
    path(
        "<slug:slug>/outcome.json",
        views.result_file,
        {"part": "outcome"},
        name="result_outcome",
    ),
    path("<slug:slug>/<str:plate>.json", views.entry_json, name="result_entry_json"),
    path("<slug:slug>/<str:plate>/", views.entry, name="result_entry"),
]
