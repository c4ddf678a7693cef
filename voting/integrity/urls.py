from django.urls import path

from voting.integrity import objection_views, public_views

urlpatterns = [
    path("vote/<slug:slug>/voids/", public_views.voids, name="voids"),
    path("vote/<slug:slug>/objection/", objection_views.objection, name="objection"),
]
