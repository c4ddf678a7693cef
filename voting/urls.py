"""Every address of the package, gathered from its subjects."""

from django.urls import include, path

from voting.integrity.bundle_views import log_bundle, verifier
from voting.log.help_views import log_help

app_name = "voting"

urlpatterns = [
    path("vote/", include("voting.polls.urls")),
    path("", include("voting.integrity.urls")),
    path("log/help/", log_help, name="log_help"),
    path("log/verify.py", verifier, name="verifier"),
    path("log/<slug:slug>/bundle/", log_bundle, name="log_bundle"),
    path("log/", include("voting.log.urls")),
    path("rules/", include("voting.rulesheets.urls")),
    path("results/", include("voting.results.urls")),
    path("", include("voting.judging.urls")),
    path("", include("voting.stage.urls")),
]
