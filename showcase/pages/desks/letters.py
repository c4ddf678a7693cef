"""The letter that brings a unit to its desk. Its password is in no database and in no log."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from wagtail.models import Site

from showcase.contests.models import Contest
from showcase.units.models import Unit
from site_cms.pages.models import GovernmentSettings

BROWSERS = (
    "电脑：Edge、Chrome、火狐，或者 360、QQ 浏览器的“极速模式”，三年以内的版本都可以；不能用 IE。"
    "手机：自带的浏览器即可。"
)


@dataclass(frozen=True, slots=True)
class Letter:
    contest: Contest
    unit: Unit
    username: str
    password: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all letters have in common."""

    address: str
    qr: str
    phone: str
    phone_hours: str
    sender: str
    browsers: str = BROWSERS


def letterhead() -> Letterhead:
    address = f"{settings.PUBLIC_ORIGIN}/admin/"
    site = Site.objects.filter(is_default_site=True).first()
    about = GovernmentSettings.for_site(site) if site else GovernmentSettings()
    return Letterhead(
        address=address,
        qr=segno.make(address, error="m").svg_data_uri(border=0, scale=6),
        phone=about.phone,
        phone_hours=about.phone_hours,
        sender=about.organiser or about.sponsor or about.site_name,
    )
