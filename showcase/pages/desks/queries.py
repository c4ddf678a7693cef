"""Where each unit stands on its way to a desk of its own in the CMS."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from showcase.contests.models import Contest, Entry
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry

LETTER = "desk.letter_issued"


class Part(StrEnum):
    """What a desk consists of, in the order in which it is made."""

    ENTRY = "参评"
    FOLDER = "图片文件夹"
    GROUP = "编辑组"
    PAGE = "展示页"
    ACCOUNT = "账号"
    LETTER = "登录信"


@dataclass(frozen=True, slots=True)
class Desk:
    """A unit's desk in one contest; what is None has not been made."""

    unit: Unit
    entry: Entry | None
    page: ShowcasePage | None
    account: User | None
    letter_at: datetime | None

    @property
    def missing(self) -> list[Part]:
        has = {
            Part.ENTRY: self.entry,
            Part.FOLDER: self.unit.collection_id,
            Part.GROUP: self.unit.group_id,
            Part.PAGE: self.page,
            Part.ACCOUNT: self.account,
            Part.LETTER: self.has_password,
        }
        return [part for part in Part if not has[part]]

    @property
    def has_password(self) -> bool:
        return self.account is not None and self.account.has_usable_password()

    @property
    def is_open(self) -> bool:
        return not self.missing

    @property
    def is_used(self) -> bool:
        """Whether the letter's password has been changed for one of their own."""
        return self.has_password and not self.account.must_change_password

    @property
    def state(self) -> str:
        if self.entry and self.entry.withdrawn_at:
            return self.entry.gone
        if self.is_used:
            return "已经启用"
        if self.is_open:
            return "信已发，还没登录"
        return "开通了一部分" if Part.GROUP not in self.missing else "没有开通"


def desks_of(contest: Contest, units: Iterable[Unit] | None = None) -> list[Desk]:
    """The desks of all units, or of some, with the same number of queries for any of them."""
    chosen = Unit.objects.select_related("group", "collection").order_by("code")
    if units is not None:
        chosen = chosen.filter(pk__in=[unit.pk for unit in units])
    entries = {
        entry.unit_id: entry
        for entry in contest.entries.filter(unit__in=chosen.values("pk"))
    }
    pages = {
        page.entry.unit_id: page
        for page in ShowcasePage.objects.of_contest(contest).select_related("entry")
    }
    accounts = _accounts()
    letters = _letters()
    return [
        Desk(
            unit=unit,
            entry=entries.get(unit.pk),
            page=pages.get(unit.pk),
            account=accounts.get(unit.pk),
            letter_at=letters.get(str(unit.pk)),
        )
        for unit in chosen
    ]


def desk_of(contest: Contest, unit: Unit) -> Desk:
    return desks_of(contest, [unit])[0]


def _accounts() -> dict[int, User]:
    """Of each unit its first account that is no operator's: that one gets the letter."""
    accounts: dict[int, User] = {}
    users = User.objects.filter(groups__unit__isnull=False, is_active=True)
    for user in users.distinct().order_by("pk").prefetch_related("groups__unit"):
        for group in user.groups.all():
            unit = getattr(group, "unit", None)
            if unit and unit.pk not in accounts and _is_plain_editor(user):
                accounts[unit.pk] = user
    return accounts


def _is_plain_editor(user: User) -> bool:
    """From the groups that were fetched with the user; an operator's password is left alone."""
    roles = {group.name for group in user.groups.all()} & {role.label for role in Role}
    return roles == {Role.UNIT_EDITOR.label} and not (
        user.is_staff or user.is_superuser
    )


def _letters() -> dict[str, datetime]:
    entries = TrailEntry.objects.filter(action=LETTER).order_by("at")
    return dict(entries.values_list("subject_id", "at"))


def fingerprint(desk: Desk) -> str:
    """The same as long as opening this desk has the same effect."""
    password = desk.account.password if desk.account else ""
    state = json.dumps([desk.unit.pk, desk.unit.code, desk.missing, password])
    return hashlib.sha256(state.encode()).hexdigest()


def unit_groups() -> list[Unit]:
    """Units that have a group, with who is in it."""
    units = Unit.objects.exclude(group=None).select_related("group", "collection")
    return list(units.prefetch_related("group__user_set").order_by("code"))
