"""The baselines, written as one finds them: plain forms, plain Django."""

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from tests.load.baselines.models import Choice, Pick, Sheet

ENTRIES = 20
DONE = "/baseline/done/"


class PlainForm(forms.Form):
    entry = forms.MultipleChoiceField(
        choices=[
            (f"{number:02d}", f"单位 {number}") for number in range(1, ENTRIES + 1)
        ]
    )


@require_POST
def nothing(request: HttpRequest) -> HttpResponse:
    """A form that is checked and stored nowhere."""
    if not PlainForm(request.POST).is_valid():
        return HttpResponse(status=400)
    return HttpResponseRedirect(DONE)


@require_POST
def tutorial(request: HttpRequest) -> HttpResponse:
    """``votes + 1`` for each pick. It does not even ask who votes."""
    form = PlainForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    for plate in form.cleaned_data["entry"]:
        choice = Choice.objects.get(pk=int(plate))
        choice.votes = F("votes") + 1
        choice.save()
    return HttpResponseRedirect(DONE)


@require_POST
def rows(request: HttpRequest) -> HttpResponse:
    """One row for the ballot and one for each of its choices, in one transaction."""
    form = PlainForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(voter=request.COOKIES["device"])
            Pick.objects.bulk_create(
                Pick(sheet=sheet, choice_id=int(plate))
                for plate in form.cleaned_data["entry"]
            )
    except IntegrityError:
        return HttpResponse(status=409)
    return HttpResponseRedirect(DONE)
