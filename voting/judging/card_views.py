"""Seat cards on paper: printed once from the admin, and typed in by whoever cannot scan."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from site_cms.gate.decorators import limited
from site_cms.refusals import Refusal
from voting.judging import services
from voting.judging.cards import Card, token_hash, token_of, typed_code
from voting.judging.models import Seat
from voting.judging.setup_forms import CardsForm, CodeForm
from voting.judging.setup_pages import PREPARERS, ContestPage
from voting.judging.setup_queries import seats_of

CARDS_ON_A_PAGE, PINS_ON_A_PAGE = 6, 16


class CardsPage(ContestPage):
    """Choose the seats, then see their cards and PINs this one time."""

    roles = PREPARERS
    opens = "印席卡和密码单，换发席卡"
    page_title = "席卡"
    header_icon = "doc-full-inverse"
    template_name = "voting/judging/setup/cards.html"

    def get_context_data(self, **kwargs):
        seats = seats_of(self.night)
        asked = self.request.GET.get("which", "")
        context = super().get_context_data(**kwargs)
        form = context.get("form") or CardsForm(night=self.night)
        chosen = (
            set(form["seats"].value() or ())
            if form.is_bound
            else {str(seat.pk) for seat in seats if _is_asked(seat, asked)}
        )
        return context | {
            "form": form,
            "night": self.night,
            "which": asked,
            "lines": [(seat, str(seat.pk) in chosen) for seat in seats],
            "uncarded": sum(seat.carded_at is None for seat in seats),
            "panels": self.night.panels.order_by("order"),
        }

    def post(self, request, *args, **kwargs) -> HttpResponse:
        form = CardsForm(request.POST, night=self.night)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            made = services.issue_cards(
                by=request.user,
                night=self.night,
                seats=form.cleaned_data["seats"],
                replaces=form.cleaned_data["replaces"],
                now=self.now,
            )
        except Refusal as error:
            messages.error(request, error.message)
            return self.render_to_response(self.get_context_data(form=form))
        return self.printed(made)

    def printed(self, made: list[tuple[Seat, Card]]) -> HttpResponse:
        """The only time that codes and PINs leave the server."""
        typed_at = settings.PUBLIC_ORIGIN + reverse("voting:seat_code")
        cards = [
            {
                "seat": seat,
                "card": card,
                "qr": _qr_of(card),
                "pin": _in_threes(card.pin),
            }
            for seat, card in made
        ]
        context = {
            "contest": self.contest,
            "count": len(cards),
            "typed_at": typed_at.partition("://")[2],
            "pages": _in_pages(cards, CARDS_ON_A_PAGE),
            "pin_pages": _in_pages(cards, PINS_ON_A_PAGE),
        }
        return render(self.request, "voting/judging/setup/cards_printed.html", context)


def _is_asked(seat: Seat, asked: str) -> bool:
    """``asked``: every, the code of a panel or of a seat; nothing: not printed yet."""
    if asked:
        return asked in {"every", seat.panel.code, seat.code}
    return seat.carded_at is None


def _qr_of(card: Card) -> SafeString:
    address = settings.PUBLIC_ORIGIN + reverse("voting:judge", args=[card.token])
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(dark="#000", light="#fff", border=2, omitsize=True)
    return mark_safe(drawing)  # made by segno from an address of ours


def _in_threes(pin: str) -> str:
    return f"{pin[:3]} {pin[3:]}"


def _in_pages(cards: list, size: int) -> list[list]:
    return [cards[start : start + size] for start in range(0, len(cards), size)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@limited(burst="20/10s", sustained="300/10m", when_down="open")
def seat_code(request: HttpRequest) -> HttpResponse:
    """The short code of a card in place of its QR code. The PIN is asked for afterwards."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code = typed_code(form.cleaned_data["code"])
        token = token_of(code) if code else ""
        if code and Seat.objects.filter(card_hash=token_hash(token)).exists():
            return redirect("voting:judge", token=token)
        form.add_error(
            "code",
            "没有这个短码，或者这张席卡已经换发过。请对着席卡再看一遍；还不行请举手。",
        )
    return render(request, "voting/judging/seat_code.html", {"form": form})
