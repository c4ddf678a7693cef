from django.urls import path

from voting.stage import presenter_views, run_sheet_views, views

urlpatterns = [
    path("host/<slug:slug>/", views.host, name="host"),
    path("host/<slug:slug>/desk/", views.host_desk, name="host_desk"),
    path("host/<slug:slug>/act/", views.host_act, name="host_act"),
    path("host/<slug:slug>/scene/", views.host_scene, name="host_scene"),
    path("host/<slug:slug>/slide/", views.host_slide, name="host_slide"),
    path("host/<slug:slug>/reveal/", views.host_reveal, name="host_reveal"),
    path("host/<slug:slug>/motion/", views.host_motion, name="host_motion"),
    path("host/<slug:slug>/take-back/", views.host_take_back, name="host_take_back"),
    path("host/<slug:slug>/take-over/", views.host_take_over, name="host_take_over"),
    path("host/<slug:slug>/clock/", views.host_clock, name="host_clock"),
    path("host/<slug:slug>/together/", views.host_together, name="host_together"),
    path("host/<slug:slug>/waive/", views.host_waive, name="host_waive"),
    path(
        "host/<slug:slug>/absent/<int:turn_id>/<int:seat_id>/",
        views.host_absent,
        name="host_absent",
    ),
    path(
        "host/<slug:slug>/present/<int:turn_id>/<int:seat_id>/",
        views.host_present,
        name="host_present",
    ),
    path(
        "host/<slug:slug>/device/<int:device_id>/",
        views.host_device,
        name="host_device",
    ),
    path("host/<slug:slug>/pin/<int:seat_id>/", views.host_pin, name="host_pin"),
    path("screen/worker.js", views.screen_worker, name="screen_worker"),
    path("host/<slug:slug>/run-sheet/", run_sheet_views.run_sheet, name="run_sheet"),
    path("screen/<slug:token>/", views.screen, name="screen"),
    path("screen/<slug:token>/state/", views.screen_state, name="screen_state"),
    path("reveal/<slug:token>/", presenter_views.presenter, name="presenter"),
    path(
        "reveal/<slug:token>/sign-in/",
        presenter_views.presenter_sign_in,
        name="presenter_sign_in",
    ),
    path(
        "reveal/<slug:token>/state/",
        presenter_views.presenter_state,
        name="presenter_state",
    ),
    path(
        "reveal/<slug:token>/act/",
        presenter_views.presenter_act,
        name="presenter_act",
    ),
    path("live/<slug:slug>/", views.live, name="live"),
    path("live/<slug:slug>/state/", views.live_state, name="live_state"),
]
