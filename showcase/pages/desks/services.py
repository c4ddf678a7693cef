"""Giving units their desks: entry, folder, group, page, account and the letter."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Collection

from showcase.contests.models import Contest
from showcase.contests.services import enter_unit
from showcase.pages.desks.errors import DeskError, DesksChanged, NameTaken
from showcase.pages.desks.groups import group_name, is_taken, sync_unit_group
from showcase.pages.desks.letters import Letter
from showcase.pages.desks.passwords import first_password
from showcase.pages.desks.queries import LETTER, Part, desk_of, fingerprint
from showcase.pages.models import ShowcaseIndexPage
from showcase.pages.services import create_showcase_index, start_showcase_page
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.accounts.services import create_account, set_password
from site_cms.pages.page_types import HomePage
from site_cms.trail import services as trail


@transaction.atomic
def open_desk(
    *, by: User | None, contest: Contest, unit: Unit, now: datetime
) -> list[Part]:
    """Make what a unit's desk still lacks, all but the letter. Running it again changes nothing.

    Returns what was made. Desks of one contest are opened one after the other.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    desk = desk_of(contest, unit)
    entry = desk.entry or enter_unit(by=by, contest=contest, unit=unit, now=now)
    if unit.collection is None:
        unit.collection = Collection.get_first_root_node().add_child(
            instance=Collection(name=f"{unit.code} {unit.short_name}")
        )
    if unit.group is None:
        unit.group = _new_group(unit)
    unit.save(update_fields=["collection", "group"])
    if desk.page is None:
        _index_of(contest, by=by, now=now)
        start_showcase_page(by=by, entry=entry, now=now)
    mended = sync_unit_group(unit)
    if desk.account is None:
        _new_account(unit, by=by, now=now)
    made = [part for part in desk.missing if part != Part.LETTER]
    if made or mended:
        trail.record(
            by=by,
            action="desk.opened",
            subject=unit,
            sentence=f"为“{unit}”开通：{'、'.join(made) or '权限（改正）'}",
            now=now,
            details={"contest": contest.slug, "made": made, "group": mended},
        )
    return made


@transaction.atomic
def issue_letter(
    *, by: User | None, contest: Contest, unit: Unit, now: datetime
) -> Letter:
    """A new first password for the unit's account, returned once and kept nowhere.

    The password before it, and whoever is signed in with it, is out.
    """
    desk = desk_of(contest, unit)
    if desk.account is None:
        raise DeskError(f"{unit}还没有账号，没有出信。请先开通。")
    account = User.objects.select_for_update().get(pk=desk.account.pk)
    password = first_password()
    set_password(by=by, user=account, password=password, now=now)
    trail.record(
        by=by,
        action=LETTER,
        subject=unit,
        sentence=f"给“{unit}”的账号 {account.username} 出登录信"
        + ("，旧密码作废" if desk.has_password else ""),
        now=now,
        details={"account": account.pk, "contest": contest.slug},
    )
    return Letter(
        contest=contest,
        unit=unit,
        username=account.username,
        password=password,
        issued_at=now,
    )


@transaction.atomic
def open_and_write(
    *,
    by: User | None,
    contest: Contest,
    unit: Unit,
    expected: str,
    new_letter: bool,
    now: datetime,
) -> Letter | None:
    """Open one desk, with a letter where none was written yet or a new one is wanted.

    ``expected`` is the fingerprint of the desk that was looked at. A second click, or
    somebody else in the meantime, has changed it, and then nothing is done.
    """
    Contest.objects.select_for_update().get(pk=contest.pk)
    if fingerprint(desk_of(contest, unit)) != expected:
        raise DesksChanged
    open_desk(by=by, contest=contest, unit=unit, now=now)
    if desk_of(contest, unit).has_password and not new_letter:
        return None
    return issue_letter(by=by, contest=contest, unit=unit, now=now)


def _new_group(unit: Unit) -> Group:
    name = group_name(unit)
    if is_taken(name):
        raise NameTaken(
            f"已经有一个叫“{name}”的组，里面有人。请先核对这个组，再为{unit}开通。"
        )
    return Group.objects.get_or_create(name=name)[0]


def _new_account(unit: Unit, *, by: User | None, now: datetime) -> User:
    username = unit.code.lower()
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(
            f"账号“{username}”已经有人用，或者已经停用。请先核对这个账号，再为{unit}开通。"
        )
    role = Group.objects.get_or_create(name=Role.UNIT_EDITOR.label)[0]
    return create_account(
        by=by,
        username=username,
        name=unit.short_name,
        groups=[role, unit.group],
        now=now,
    )


def _index_of(contest: Contest, *, by: User | None, now: datetime) -> None:
    if ShowcaseIndexPage.objects.filter(contest=contest).exists():
        return
    if not HomePage.objects.exists():
        raise DeskError("网站还没有首页，什么都没有做。请先建立网站，再开通。")
    is_free = not ShowcaseIndexPage.objects.filter(slug="u").exists()
    create_showcase_index(
        by=by, contest=contest, now=now, slug="u" if is_free else f"u-{contest.slug}"
    )
