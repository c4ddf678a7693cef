"""The one way to change a page after the opening of the poll."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from showcase.pages.corrections_models import PageCorrection
from showcase.pages.corrections_queries import planned_changes
from showcase.pages.errors import (
    NotFrozenYet,
    NothingToCorrect,
    NotPublic,
    PageCorrectedMeanwhile,
)
from showcase.pages.models import ShowcasePage
from showcase.pages.page_texts import content_of, parts_of, with_content
from site_cms.accounts.models import User
from site_cms.design.text_parts import Kind, Part
from site_cms.media.models import SiteImage
from site_cms.media.services import add_placeholder
from site_cms.trail import services as trail
from site_cms.trail.errors import ReasonMissing


@transaction.atomic
def correct_page(
    *,
    by: User,
    page: ShowcasePage,
    texts: Mapping[str, Any],
    taken_off: Mapping[int, str],
    reason: str,
    seen_revision: int,
    now: datetime,
) -> PageCorrection:
    """Publish a page with these texts (stored values by path) and without these pictures.

    ``taken_off`` maps a picture to the sentence that is shown in its place.
    ``seen_revision`` is the public version that the administrator had before them.
    What was public stays readable; a picture that was taken off does not.
    """
    page = ShowcasePage.objects.select_for_update().get(pk=page.pk)
    _refuse_too_early(page)
    if page.live_revision_id != seen_revision:
        raise PageCorrectedMeanwhile
    if not reason.strip():
        raise ReasonMissing
    content = content_of(page)
    parts = parts_of(content)
    changes = planned_changes(parts, texts, taken_off)
    if not changes:
        raise NothingToCorrect
    before, published_at = page.live_revision, page.last_published_at
    placeholders = _replace(parts, texts, taken_off)
    revision = with_content(page, content).save_revision(user=by, clean=False)
    revision.publish(user=by, skip_permission_checks=True)
    page = ShowcasePage.objects.get(pk=page.pk)
    # The page says when its reviewers let it pass; the correction has its own date.
    page.last_published_at = published_at
    page.save(update_fields=["last_published_at"], clean=False)
    for image in SiteImage.objects.filter(pk__in=placeholders):
        for rendition in image.renditions.all():
            rendition.delete()
    correction = PageCorrection.objects.create(
        page=page,
        number=PageCorrection.objects.of_page(page).count() + 1,
        at=now,
        by=by,
        reason=reason.strip(),
        changes=[
            {
                "path": change.path,
                "label": change.label,
                "kind": change.kind,
                "before": change.before,
                "after": change.after,
            }
            for change in changes
        ],
        taken_off={str(old): new for old, new in placeholders.items()},
        before_revision=before,
        after_revision=revision,
    )
    trail.record(
        by=by,
        action="showcase.page_corrected",
        subject=page,
        sentence=f"更正展示页“{page}”：{'、'.join(change.label for change in changes)}"[
            :400
        ],
        now=now,
        details={"correction": correction.pk, "reason": correction.reason},
    )
    return correction


def _refuse_too_early(page: ShowcasePage) -> None:
    if not page.is_frozen:
        raise NotFrozenYet
    if not page.live or page.live_revision_id is None:
        raise NotPublic


def _replace(
    parts: list[Part], texts: Mapping[str, Any], taken_off: Mapping[int, str]
) -> dict[int, int]:
    """Put the new values where the old ones stand. Returns the placeholder of each picture."""
    placeholders = {
        old: add_placeholder(sentence=sentence).pk
        for old, sentence in taken_off.items()
    }
    for part in parts:
        if part.path in texts:
            part.replaced_by(texts[part.path])
    for part in parts:
        if part.kind == Kind.PICTURE and part.value in placeholders:
            part.replaced_by(placeholders[part.value])
            if part.key == "image":
                part.holder["alt_text"] = taken_off[part.value]
                part.holder["decorative"] = False
    return placeholders
