"""The tabulator's desk, and the second person's answers to what comes from it."""

from django.urls import path

from voting.judging import fix_views, paper_views, tabulator_views

urlpatterns = [
    path(
        "supervise/<slug:slug>/paper/<int:pk>/",
        paper_views.check_paper,
        name="check_paper",
    ),
    path(
        "supervise/<slug:slug>/fix/<int:proposal_id>/",
        fix_views.check_fix,
        name="check_fix",
    ),
    path("tabulate/<slug:slug>/", tabulator_views.tabulate, name="tabulate"),
    path(
        "tabulate/<slug:slug>/todo/",
        tabulator_views.tabulator_todo,
        name="tabulator_todo",
    ),
    path("tabulate/<slug:slug>/forms/", paper_views.paper_forms, name="paper_forms"),
    path(
        "tabulate/<slug:slug>/enter/<int:turn_id>/<int:seat_id>/",
        paper_views.enter_paper,
        name="enter_paper",
    ),
    path("tabulate/<slug:slug>/paper/<int:pk>/", paper_views.paper, name="paper"),
    path(
        "tabulate/<slug:slug>/paper/<int:pk>/take-back/",
        paper_views.take_back_paper,
        name="take_back_paper",
    ),
    path(
        "tabulate/<slug:slug>/paper/<int:pk>/remind/",
        paper_views.remind_of_paper,
        name="remind_of_paper",
    ),
    path(
        "tabulate/<slug:slug>/late/<uuid:pk>/",
        tabulator_views.late_sheet,
        name="late_sheet",
    ),
    path(
        "tabulate/<slug:slug>/sheets/",
        tabulator_views.locked_sheets,
        name="locked_sheets",
    ),
    path(
        "tabulate/<slug:slug>/sheets/<int:turn_id>/<int:seat_id>/",
        tabulator_views.locked_sheet,
        name="locked_sheet",
    ),
]
