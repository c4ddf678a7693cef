from django.urls import path

from voting.polls import (
    code_views,
    daily_views,
    identify_views,
    mine_views,
    proof_views,
    views,
)

urlpatterns = [
    path("", views.current, name="current"),
    path("<slug:slug>/", views.ballot, name="ballot"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/cast/", views.cast, name="cast"),
    path("<slug:slug>/who/", identify_views.who, name="who"),
    path("<slug:slug>/phone/", identify_views.phone, name="sms"),
    path("<slug:slug>/phone/code/", identify_views.phone_code, name="sms_code"),
    path("<slug:slug>/wechat/", identify_views.wechat, name="wechat"),
    path("<slug:slug>/wechat/back/", identify_views.wechat_back, name="wechat_back"),
    path("<slug:slug>/code/", identify_views.code, name="code"),
    path("<slug:slug>/help/", identify_views.help_, name="help"),
    path("<slug:slug>/helped/<slug:number>/", identify_views.helped, name="helped"),
    path("<slug:slug>/codes/", code_views.codes, name="codes"),
    path("<slug:slug>/lookup/", views.lookup, name="lookup"),
    path("<slug:slug>/totals/", daily_views.daily_totals, name="daily_totals"),
    path("<slug:slug>/mine/", mine_views.mine, name="mine"),
    path(
        "<slug:slug>/receipt/<slug:number>/<slug:secret>/",
        views.receipt,
        name="receipt",
    ),
    path(
        "<slug:slug>/receipt/<slug:number>/<slug:secret>/proof/",
        proof_views.proof,
        name="receipt_proof",
    ),
]
