"""The public notice as everybody reads it, and as an administrator extends it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from voting.results.notice_forms import ExtendNoticeForm
from voting.results.notice_queries import notice_of, years_not_arranged
from voting.results.notice_services import extend_notice


@require_safe
@kept_page()
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """How many working days are left, which do not count and why, and what was answered."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    found = notice_of(contest, now=timezone.now())
    context = {"contest": contest}
    if found is None:
        return render(request, "voting/results/not_yet.html", context, status=404)
    context["notice"] = found
    return render(request, "voting/results/notice.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR, opens="延长结果公示")
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    form = ExtendNoticeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            extend_notice(
                by=request.user,
                contest=contest,
                closes_at=form.closes_at,
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "公示已经延长，公告已经发布。")
            return redirect("voting:objections_desk", slug)
    found = notice_of(contest, now=now)
    context = {
        "contest": contest,
        "notice": found,
        "not_arranged": years_not_arranged(found) if found else [],
        "form": form,
    }
    return render(request, "voting/results/notice_extend.html", context)
