from django.urls import path

from voting.results import reveal_views, views, without_voids_views

urlpatterns = [
    path("", views.current, name="results_current"),
    path("<slug:slug>.json", views.result_json, name="result_json"),
    path("<slug:slug>/", views.results, name="results"),
    path("<slug:slug>/manage/", views.manage, name="results_manage"),
    path("<slug:slug>/reveal/", reveal_views.prepare_reveal, name="reveal"),
    path("<slug:slug>/voids/", without_voids_views.without_voids, name="results_voids"),
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
