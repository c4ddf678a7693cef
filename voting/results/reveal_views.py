"""Preparing a reveal: its order, the sealed print, the presenter's card. For administrators."""

from datetime import datetime

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.judging.cards import Card
from voting.judging.queries import night_of
from voting.results.reveal_errors import RevealError
from voting.results.reveal_forms import OrderForm, PresenterCardForm
from voting.results.reveal_models import Presenter, RevealScript
from voting.results.reveal_queries import (
    against_revealing,
    current_script,
    is_made_up,
    latest_reveal,
    presenter_of,
    running_reveal,
)
from voting.results.reveal_rules import Kind, Order
from voting.results.reveal_services import (
    choose_order,
    issue_presenter,
    note_printed,
    withdraw_presenter,
)

_COPIES = ("主控台", "监督员")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR, opens="揭晓：脚本、封存纸、提词卡")
def prepare_reveal(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    now, act = timezone.now(), request.POST.get("act", "")
    order = OrderForm(request.POST if act == "order" else None, initial=_as_it_is(contest))  # fmt: skip
    card = PresenterCardForm(request.POST if act == "card" else None)
    try:
        done = _done(request.user, contest, act, order, card, now)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("voting:reveal", slug=slug)
    if isinstance(done, RevealScript):
        return _print(request, done, now)
    if isinstance(done, tuple):
        return _print_card(request, contest, *done)
    if done:
        messages.success(request, done)
        return redirect("voting:reveal", slug=slug)
    context = _desk(contest, now) | {"order_form": order, "card_form": card}
    return render(request, "voting/results/reveal.html", context)


def _as_it_is(contest: Contest) -> dict[str, str]:
    kept = current_script(contest)
    return {"order": kept.document["order"] if kept else Order.LAST_FIRST}


def _done(
    by: User,
    contest: Contest,
    act: str,
    order: OrderForm,
    card: PresenterCardForm,
    now: datetime,
) -> str | RevealScript | tuple[Presenter, Card]:
    """What was asked for: a sentence, something to print, or nothing."""
    if order.is_bound and order.is_valid():
        chosen = Order(order.cleaned_data["order"])
        kept = choose_order(by=by, contest=contest, order=chosen, now=now)
        return f"脚本写好了，校验值 {kept.code}。以前印的封存纸作废，请重印。"
    if card.is_bound and card.is_valid():
        name = card.cleaned_data["name"]
        return issue_presenter(by=by, contest=contest, name=name, now=now)
    if act == "withdraw":
        withdraw_presenter(by=by, contest=contest, now=now)
        return "提词卡停用了。"
    if act == "print":
        kept = current_script(contest)
        if kept is None:
            raise RevealError("还没有揭晓脚本，没有什么可以打印。")
        note_printed(by=by, script=kept, now=now)
        return kept
    return ""


def _desk(contest: Contest, now: datetime) -> dict[str, object]:
    kept = current_script(contest)
    return {
        "contest": contest,
        "kept": kept,
        "script": kept.script if kept else None,
        "running": running_reveal(contest),
        "latest": latest_reveal(contest),
        "still_open": against_revealing(contest, now=now),
        "made_up": is_made_up(contest),
        "presenter": presenter_of(contest),
        "has_night": night_of(contest) is not None,
    }


def _print(request: HttpRequest, kept: RevealScript, now: datetime) -> HttpResponse:
    """Two copies, each to be sealed: the names leave the server on paper only."""
    script = kept.script
    steps = [
        (number, step)
        for number, step in enumerate(script.steps, start=1)
        if step.kind == Kind.UNIT
    ]
    context = {
        "contest": kept.contest,
        "kept": kept,
        "script": script,
        "copies": _COPIES,
        "printed_at": now,
        "lines": [(number, script.places[step.place]) for number, step in steps],
    }
    return render(request, "voting/results/reveal_printed.html", context)


def _print_card(
    request: HttpRequest, contest: Contest, presenter: Presenter, card: Card
) -> HttpResponse:
    """The only time that the address and the PIN leave the server."""
    context = {
        "contest": contest,
        "presenter": presenter,
        "qr": _qr_of(card),
        "pin": f"{card.pin[:3]} {card.pin[3:]}",
    }
    return render(request, "voting/results/presenter_printed.html", context)


def _qr_of(card: Card) -> SafeString:
    address = settings.PUBLIC_ORIGIN + reverse("voting:presenter", args=[card.token])
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(dark="#000", light="#fff", border=2, omitsize=True)
    return mark_safe(drawing)  # made by segno from an address of ours
