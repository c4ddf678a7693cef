from django.urls import path

from voting.polls import daily_views, mine_views, views

urlpatterns = [
    path("", views.current, name="current"),
    path("<slug:slug>/", views.ballot, name="ballot"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/cast/", views.cast, name="cast"),
    path("<slug:slug>/lookup/", views.lookup, name="lookup"),
    path("<slug:slug>/totals/", daily_views.daily_totals, name="daily_totals"),
    path("<slug:slug>/mine/", mine_views.mine, name="mine"),
    path(
        "<slug:slug>/receipt/<slug:number>/<slug:secret>/",
        views.receipt,
        name="receipt",
    ),
]
