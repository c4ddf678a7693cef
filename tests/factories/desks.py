"""A unit at its desk, and all that belongs to it and to nobody else."""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from wagtail.models import Comment

from showcase.contests.models import Contest, Entry
from showcase.ledger.models import Deed
from showcase.nominations.models import Nomination
from showcase.pages.desks.services import open_desk
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.media.models import SiteDocument, SiteImage, SiteVideo
from tests.factories.moments import NOW
from tests.factories.showcase import make_deed, make_unit
from tests.pictures import make_image


@dataclass(frozen=True)
class MadeDesk:
    unit: Unit
    entry: Entry
    page: ShowcasePage
    editor: User
    image: SiteImage
    document: SiteDocument
    video: SiteVideo
    deed: Deed
    nomination: Nomination


def make_desk(contest: Contest, *, word: str, **fields) -> MadeDesk:
    """An opened desk whose every text begins with ``word``; nothing of it is published."""
    unit = make_unit(**{"name": f"{word}局", "short_name": f"{word}局"} | fields)
    open_desk(by=None, contest=contest, unit=unit, now=NOW)
    unit.refresh_from_db()
    entry = contest.entries.get(unit=unit)
    page = ShowcasePage.objects.get(entry=entry)
    editor = unit.group.user_set.get()
    image = make_image(title=f"{word}照片", collection=unit.collection)
    document = SiteDocument.objects.create(
        title=f"{word}文件",
        file=ContentFile(f"{word}内容".encode(), name=f"{unit.code}-paper.txt"),
        collection=unit.collection,
    )
    page.one_line, page.cover = f"{word}一句话", image
    page.save_revision(user=editor, clean=False)
    Comment.objects.create(
        page=page, user=editor, text=f"{word}批注", contentpath="one_line"
    )
    return MadeDesk(
        unit=unit,
        entry=entry,
        page=page,
        editor=editor,
        image=image,
        document=document,
        video=SiteVideo.objects.create(
            title=f"{word}视频",
            file=f"videos/{unit.code}.mp4",
            seconds=9,
            width=640,
            height=360,
            has_sound=False,
            collection=unit.collection,
        ),
        deed=make_deed(unit=unit, title=f"{word}实事", state="proposed"),
        nomination=Nomination.objects.create(
            entry=entry, statement=f"{word}自荐", saved_at=NOW
        ),
    )
