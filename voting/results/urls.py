from django.urls import include, path

from voting.results import (
    manage_views,
    notice_views,
    objection_desk_views,
    objection_views,
    points_views,
    reveal_views,
    revision_views,
    sheet_views,
    tie_views,
    views,
    without_voids_views,
)

urlpatterns = [
    path("", include("voting.results.honour_urls")),
    path("<slug:slug>.json", views.result_json, name="result_json"),
    path("<slug:slug>.xlsx", views.result_workbook, name="result_workbook"),
    path("<slug:slug>/", views.results, name="results"),
    path("<slug:slug>/reveal/", reveal_views.prepare_reveal, name="reveal"),
    path("<slug:slug>/manage/", manage_views.manage, name="results_manage"),
    path("<slug:slug>/manage/ties/", tie_views.ties, name="result_ties"),
    path("<slug:slug>/manage/points/", points_views.points, name="result_points"),
    path(
        "<slug:slug>/rev/<int:number>/",
        revision_views.revision,
        name="result_revision",
    ),
    path(
        "<slug:slug>/rev/<int:number>/<str:part>.json",
        revision_views.revision_file,
        name="result_revision_file",
    ),
    path("<slug:slug>/sheet/", sheet_views.result_sheet, name="result_sheet"),
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
    path("<slug:slug>/notice/", notice_views.notice, name="result_notice"),
    path("<slug:slug>/manage/notice/", notice_views.extend, name="notice_extend"),
    path(
        "<slug:slug>/manage/objections/",
        objection_desk_views.desk,
        name="objections_desk",
    ),
    path(
        "<slug:slug>/manage/objections/<int:number>/",
        objection_desk_views.one,
        name="objection_desk",
    ),
    path(
        "<slug:slug>/manage/objections/<int:number>/files/<int:pk>/",
        objection_desk_views.attachment,
        name="objection_file",
    ),
    path("<slug:slug>/objections/", objection_views.find, name="result_objections"),
    path("<slug:slug>/objections/new/", objection_views.make, name="result_object"),
    path(
        "<slug:slug>/objections/<str:code>/",
        objection_views.track,
        name="result_objection",
    ),
    path("<slug:slug>/<str:plate>.json", views.entry_json, name="result_entry_json"),
    path("<slug:slug>/<str:plate>/", views.entry, name="result_entry"),
]
