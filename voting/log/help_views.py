"""What the public log proves and what it does not, for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from site_cms.pages.cache.kept import kept_page


@require_safe
@kept_page()
def log_help(request: HttpRequest) -> HttpResponse:
    return render(request, "voting/log/help.html")
