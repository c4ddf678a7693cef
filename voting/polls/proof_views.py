"""The proof of one receipt as data: for the check in the browser, and for ``verify.py receipt``."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.gate.decorators import limited
from site_cms.security_headers import without_referrer
from voting.polls.errors import Unavailable
from voting.polls.queries import frozen_poll
from voting.polls.receipt_proofs import (
    Place,
    open_receipt,
    place_of,
    proof_of,
    sentence_of,
)

_NOT_FOUND = "这个二维码或者链接不完整，请再扫一次。"
_CANNOT_LOOK = "现在查不了，不是您的错，您的选票没有变。请过几分钟再查。"


@never_cache
@without_referrer
@require_safe
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=["GET", "HEAD"])
def proof(request: HttpRequest, slug: str, number: str, secret: str) -> JsonResponse:
    get_object_or_404(Contest.objects.shown(), slug=slug)
    poll = frozen_poll(slug)
    try:
        opened = poll and open_receipt(poll, number=number, secret=secret)
    except Unavailable:
        return _json({"sentence": _CANNOT_LOOK}, HTTPStatus.SERVICE_UNAVAILABLE)
    if opened is None:
        return _json({"sentence": _NOT_FOUND}, HTTPStatus.NOT_FOUND)
    placed = place_of(poll, opened)
    answer = {"place": placed.place.value, "sentence": sentence_of(placed)}
    if placed.place == Place.SIGNED:
        answer |= proof_of(poll, placed)
    return _json(answer)


def _json(answer: dict, status: int = HTTPStatus.OK) -> JsonResponse:
    return JsonResponse(
        answer, status=status, json_dumps_params={"ensure_ascii": False}
    )
