"""Reads of corrections: what would change, what was changed, and pages as they were."""

from collections.abc import Mapping

from showcase.pages.corrections_models import PageCorrection
from showcase.pages.models import ShowcasePage
from showcase.pages.page_texts import content_of, parts_of, with_content
from site_cms.design.differences import Change
from site_cms.design.text_parts import Kind, Part
from site_cms.media.models import SiteImage


def corrections_of(page: ShowcasePage) -> list[PageCorrection]:
    """The latest first. Only a frozen page has any; its address knows whether it has."""
    if not page.is_frozen or not getattr(page, "is_corrected", True):
        return []
    return list(PageCorrection.objects.of_page(page).newest_first())


def correctable_pages() -> list[ShowcasePage]:
    """What is public and frozen, in the order of contests and numbers."""
    return list(
        ShowcasePage.objects.frozen()
        .live()
        .with_entry()
        .prefetch_related("corrections")
        .order_by("-entry__contest", "entry__number")
    )


def texts_of(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.kind == Kind.TEXT]


def pictures_on(parts: list[Part]) -> list[tuple[Part, SiteImage]]:
    """Each picture of a page once, with the first place where it stands."""
    first: dict[int, Part] = {}
    for part in parts:
        if part.kind == Kind.PICTURE and part.value:
            first.setdefault(part.value, part)
    images = SiteImage.objects.in_bulk(list(first))
    return [(part, images[pk]) for pk, part in first.items() if pk in images]


def planned_changes(
    parts: list[Part], texts: Mapping[str, object], taken_off: Mapping[int, str]
) -> list[Change]:
    """What a correction would change: new values by path, sentences by picture."""
    found = []
    for part in parts:
        if part.kind == Kind.PICTURE and part.value in taken_off:
            found.append(
                Change(
                    part.label,
                    Kind.PICTURE,
                    part.words,
                    taken_off[part.value],
                    part.path,
                )
            )
        elif part.path in texts and not part.reads_like(texts[part.path]):
            found.append(
                Change.between(
                    part.label,
                    part.words,
                    part.worded(texts[part.path]),
                    path=part.path,
                )
            )
    return found


def changes_in(correction: PageCorrection) -> list[Change]:
    return [
        Change.between(
            change["label"], change["before"], change["after"], kind=change["kind"]
        )
        for change in correction.changes
    ]


def page_before(correction: PageCorrection) -> ShowcasePage:
    """The page as it was. A picture that was taken off, then or later, does not come back."""
    page = correction.before_revision.as_object()
    taken_off: dict[int, int] = {}
    for later in PageCorrection.objects.of_page(page).filter(
        number__gte=correction.number
    ):
        taken_off |= {int(old): new for old, new in later.taken_off.items()}
    content = content_of(page)
    for part in parts_of(content):
        if part.kind == Kind.PICTURE and part.value in taken_off:
            part.replaced_by(taken_off[part.value])
    return with_content(page, content)
