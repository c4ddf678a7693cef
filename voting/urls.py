"""Every address of the package, gathered from its subjects."""

from django.urls import include, path

app_name = "voting"

urlpatterns = [
    path("vote/", include("voting.polls.urls")),
    path("log/", include("voting.log.urls")),
    path("rules/", include("voting.rulesheets.urls")),
    path("results/", include("voting.results.urls")),
    path("", include("voting.judging.urls")),
    path("", include("voting.stage.urls")),
]
