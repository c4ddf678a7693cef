"""Objecting to a result by real name, and finding out what came of it by a code."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from site_cms.gate.decorators import limited
from site_cms.refusals import Refusal
from voting.results.notice_queries import notice_of
from voting.results.objection_forms import MadeObjectionForm
from voting.results.objection_models import Objection
from voting.results.objection_queries import (
    files_of,
    may_object,
    objection_by_code,
    room_for_files,
)
from voting.results.objection_rules import MOST_FILES, read_code
from voting.results.objection_services import add_files, make_objection
from voting.results.objection_uploads import Sent, sent

NOT_FOUND = (
    "没有找到这个查询码。请对照您记下的再看一遍：一共 12 位，里面没有 0、1、O、I。"
)

_READING = ["GET", "HEAD"]
_SEEN_OTHER = 303


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=_READING)
@limited(burst="4/10s", sustained="30/10m", when_down="closed", method="POST")
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; once it is sent, the page of the objection with its code."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    now = timezone.now()
    notice = notice_of(contest, now=now)
    if notice is None:
        context = {"contest": contest}
        return render(request, "voting/results/not_yet.html", context, status=404)
    form = MadeObjectionForm(
        request.POST if request.method == "POST" else None,
        contest=contest,
        initial={"entry": request.GET.get("entry", "")[:3]},
    )
    if form.is_valid():
        try:
            return _made(request, contest, form, now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {
        "contest": contest,
        "notice": notice,
        "form": form,
        "may_object": may_object(contest, now=now),
        "had_files": bool(form.is_bound and request.FILES),
        "most_files": MOST_FILES,
    }
    return render(request, "voting/results/objection_new.html", context)


def _made(request, contest, form, now) -> HttpResponse:
    files = sent(request.FILES.getlist("files"), room=room_for_files(contest))
    objection = make_objection(
        contest=contest,
        request_key=form.cleaned_data["request"],
        entry=form.named_entry,
        text=form.cleaned_data["text"],
        person=form.person,
        files=files.taken,
        now=now,
    )
    _say_refused(request, files)
    return _to(objection, sent=1)


def _say_refused(request: HttpRequest, files: Sent) -> None:
    for sentence in files.refused:
        messages.warning(request, f"没有收下 {sentence}")


def _to(objection: Objection, **query) -> HttpResponse:
    address = reverse(
        "voting:result_objection",
        args=[objection.contest.slug, objection.printed_code],
    )
    return HttpResponseRedirect(f"{address}?{urlencode(query)}", status=_SEEN_OTHER)


@require_safe
@never_cache
@limited(burst="10/10s", sustained="100/10m", when_down="open", method=_READING)
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """From a code that somebody types to the page of its objection."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    typed = request.GET.get("code", "").replace("\x00", "").strip()[:40]
    if not typed:
        return _find_page(request, contest)
    found = objection_by_code(contest, typed)
    if found is None:
        return _find_page(request, contest, typed=typed, problem=NOT_FOUND)
    return redirect("voting:result_objection", slug, found.printed_code)


def _find_page(request, contest, *, typed="", problem="", status=200) -> HttpResponse:
    context = {"contest": contest, "typed": typed, "problem": problem}
    return render(request, "voting/results/objection_find.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(burst="10/10s", sustained="100/10m", when_down="open", method=_READING)
@limited(burst="4/10s", sustained="30/10m", when_down="closed", method="POST")
def track(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """How far an objection is. Whoever has the code reads it, and may add files."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    objection = objection_by_code(contest, code) if read_code(code) else None
    if objection is None:
        typed = code.replace("\x00", "")[:40]
        return _find_page(request, contest, typed=typed, problem=NOT_FOUND, status=404)
    if request.method == "POST":
        return _more_files(request, contest, objection)
    files = files_of(objection)
    context = {
        "contest": contest,
        "objection": objection,
        "files": files,
        "steps": list(objection.steps.all()),
        "room": MOST_FILES - len(files) if objection.is_open else 0,
        "was_sent": request.GET.get("sent") == "1",
    }
    return render(request, "voting/results/objection.html", context)


def _more_files(request, contest, objection) -> HttpResponse:
    there = files_of(objection)
    files = sent(
        request.FILES.getlist("files"),
        there=len(there),
        bytes_there=sum(each.size for each in there),
        room=room_for_files(contest),
    )
    try:
        add_files(objection=objection, files=files.taken, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if files.taken:
            messages.success(request, f"收下了 {len(files.taken)} 个文件。")
        elif not files.refused:
            messages.warning(request, "没有选文件，什么都没有改变。")
        _say_refused(request, files)
    return _to(objection, added=1)
