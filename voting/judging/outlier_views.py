"""The judge's answer to the one question about a total far from the panel."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from voting.judging import services
from voting.judging.access import at_seat
from voting.judging.errors import JudgingError
from voting.judging.judge_queries import judge_payload, judge_view
from voting.judging.models import Device, Seat
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.responses import tagged_json


@require_POST
@at_seat
def keep_marks(
    request: HttpRequest, token: str, seat: Seat, device: Device | None, prompt_id: int
) -> HttpResponse:
    """Keep what was given. The script gets the view; without it the page is shown."""
    prompt = get_object_or_404(
        OutlierPrompt.objects.select_related("seat"), pk=prompt_id, seat=seat
    )
    if device is None:
        return redirect("voting:judge", token=token)
    try:
        services.keep_marks(device=device, prompt=prompt, now=timezone.now())
    except JudgingError as error:
        message = error.message
    else:
        message = ""
    if "application/json" not in request.headers.get("Accept", ""):
        return redirect("voting:judge", token=token)
    payload = judge_payload(judge_view(device, now=timezone.now()))
    return tagged_json(request, {"view": payload, "message": message})
