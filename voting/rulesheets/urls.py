from django.urls import path

from voting.rulesheets import views

urlpatterns = [
    path("", views.current, name="rules_current"),
    path("<slug:slug>.json", views.rules_json, name="rules_json"),
    path("<slug:slug>/", views.rules, name="rules"),
    path("<slug:slug>/edit/", views.edit, name="rules_edit"),
    path("<slug:slug>/freeze/", views.freeze, name="rules_freeze"),
]
