"""What a county writes on its certificates changes here."""

from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.results.honour_models import CertificateWording
from voting.results.honour_queries import wording_of


@transaction.atomic
def set_certificate_wording(
    *, by: User, contest: Contest, now: datetime, **fields: str
) -> CertificateWording:
    """Write what stands on the certificates. All of them are drawn anew."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    wording = wording_of(contest)
    if wording.pk is None:
        wording.save()
    trail.save_changes(
        by=by,
        action="honours.worded",
        subject=wording,
        noun="证书文字",
        fields=fields,
        now=now,
    )
    return wording
