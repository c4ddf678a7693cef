from django.urls import path

from voting.judging import (
    card_views,
    draw_views,
    outlier_views,
    rehearsal_views,
    tabulator_urls,
    views,
)

urlpatterns = [
    path("draw/<slug:slug>/", draw_views.draw, name="draw"),
    path("draw/<slug:slug>/desk/", draw_views.draw_desk, name="draw_desk"),
    path("draw/<slug:slug>/recusals/", draw_views.recusals, name="recusals"),
    path("draw/<slug:slug>/<slug:code>.txt", draw_views.draw_list, name="draw_list"),
    path("j/", card_views.seat_code, name="seat_code"),
    path("rehearsals/<slug:slug>/", rehearsal_views.rehearsals, name="rehearsals"),
    path(
        "rehearsals/<slug:slug>/act/",
        rehearsal_views.rehearsal_act,
        name="rehearsal_act",
    ),
    path("rehearsals/<slug:slug>/weight/", rehearsal_views.weight, name="weight"),
    path("judge/<str:token>/", views.judge, name="judge"),
    path("judge/<str:token>/sign-in/", views.sign_in, name="judge_sign_in"),
    path("judge/<str:token>/take-over/", views.take_over, name="judge_take_over"),
    path("judge/<str:token>/leave/", views.leave, name="judge_leave"),
    path("judge/<str:token>/state/", views.judge_state, name="judge_state"),
    path("judge/<str:token>/sheets/", views.post_sheet, name="judge_sheets"),
    path("judge/<str:token>/check/", views.check_sheet, name="judge_check"),
    path("judge/<str:token>/send/", views.send_sheet, name="judge_send"),
    path(
        "judge/<str:token>/keep/<int:prompt_id>/",
        outlier_views.keep_marks,
        name="judge_keep",
    ),
    path("supervise/<slug:slug>/", views.supervise, name="supervise"),
    path(
        "supervise/<slug:slug>/<int:proposal_id>/",
        views.supervise_lock,
        name="supervise_lock",
    ),
    path(
        "supervise/<slug:slug>/<int:proposal_id>/confirm/",
        views.confirm_lock,
        name="confirm_lock",
    ),
    path(
        "supervise/<slug:slug>/<int:proposal_id>/reject/",
        views.reject_lock,
        name="reject_lock",
    ),
    *tabulator_urls.urlpatterns,
]
