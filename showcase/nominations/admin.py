"""Where nominations appear in the admin: their addresses, a menu item, a unit's card."""

from django.urls import include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from showcase.nominations.queries import (
    Standing,
    entries_written_by,
    standing_of,
    still_missing,
)
from showcase.nominations.rules import State
from showcase.nominations.views.access import OFFICE
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.templatetags.design import moment

_KINDS = {
    State.NOT_STARTED: "todo",
    State.DRAFT: "todo",
    State.SUBMITTED: "done",
    State.RETURNED: "returned",
    State.LATE: "late",
}


@hooks.register("register_admin_urls")
def nomination_urls():
    return [path("nominations/", include("showcase.nominations.urls"))]


class OverviewMenuItem(MenuItem):
    def is_shown(self, request) -> bool:
        return has_role(request.user, *OFFICE)


class OwnMenuItem(MenuItem):
    """Leads straight to the form where the unit has one contest to enter."""

    def __init__(self) -> None:
        super().__init__("自荐", "", name="own-nomination", icon_name="form", order=120)

    def _standing(self, request) -> Standing | None:
        if not has_role(request.user, Role.UNIT_EDITOR):
            return None
        return next(iter(own_standings(request.user)), None)

    def is_shown(self, request) -> bool:
        return self._standing(request) is not None

    def render_component(self, request):
        standing = self._standing(request)
        item = MenuItem(
            self.label,
            reverse("nominations:write", args=[standing.entry.pk]),
            name=self.name,
            icon_name=self.icon_name,
            order=self.order,
        )
        return item.render_component(request)


@hooks.register("register_admin_menu_item")
def overview_item() -> MenuItem:
    return OverviewMenuItem(
        "自荐情况",
        reverse("nominations:index"),
        name="nominations",
        icon_name="form",
        order=155,
    )


@hooks.register("register_admin_menu_item")
def own_item() -> MenuItem:
    return OwnMenuItem()


def own_standings(user) -> list[Standing]:
    """A unit's nominations of contests that are not archived yet."""
    entries = entries_written_by(user).filter(contest__archived_at=None)
    now = timezone.now()
    return [standing_of(entry, now=now) for entry in entries]


class NominationPanel(Component):
    """A unit's task on its home page, for each contest that it may enter."""

    name = "nomination"
    order = 20
    template_name = "showcase/nominations/panel.html"

    def get_context_data(self, parent_context):
        standings = own_standings(parent_context["request"].user)
        return {"tasks": [task_of(standing) for standing in standings]}


def task_of(standing: Standing) -> dict[str, object]:
    """The parameters of ``showcase/desk/_step.html``."""
    entry = standing.entry.pk
    address = reverse("nominations:write", args=[entry])
    may_write = standing.may_write
    lacking = still_missing(standing) if may_write and standing.saved_at else []
    nomination = standing.nomination
    is_open = standing.has_opened
    return {
        "title": f"自荐材料：{standing.contest}",
        "state": standing.state.label if is_open else "还没有开放",
        "kind": _KINDS[standing.state] if is_open else "wait",
        "text": _said(standing),
        "deadline": f"{moment(timezone.localtime(standing.deadline))} 截止"
        if standing.deadline
        else "",
        "days_left": standing.days_left if not standing.is_submitted else None,
        "missing": [
            {"text": each.text, "url": f"{address}#{each.field}"} for each in lacking
        ],
        "remark": {
            "text": nomination.remark,
            "who": str(nomination.returned_by or ""),
            "when": moment(timezone.localtime(nomination.returned_at)),
        }
        if standing.is_returned
        else None,
        "actions": _actions(standing, address),
    }


def _said(standing: Standing) -> str:
    if not standing.has_opened:
        opens_at = timezone.localtime(standing.contest.nomination_opens_at)
        return f"{moment(opens_at)} 开放，到时在这里填写。"
    if standing.is_submitted:
        submitted_at = timezone.localtime(standing.nomination.submitted_at)
        return f"{moment(submitted_at)} 提交。打印盖章后交活动办公室。"
    if standing.state == State.LATE:
        return "没有在截止前提交。确有原因，请打电话给活动办公室申请延期。"
    if standing.is_returned:
        return "改好后要重新提交。"
    if standing.is_extended:
        return "办公室同意您延期提交。"
    return ""


def _actions(standing: Standing, address: str) -> list[dict[str, object]]:
    if not standing.has_opened:
        return []
    if standing.is_submitted:
        sheet = reverse("nominations:sheet", args=[standing.entry.pk])
        return [
            {"label": "打印盖章表", "url": sheet, "primary": True, "external": True},
            {"label": "查看", "url": address},
        ]
    begun = standing.saved_at is not None
    actions = [
        {
            "label": "继续填写" if begun else "开始填写",
            "url": address,
            "primary": standing.state != State.LATE,
        }
    ]
    if begun and standing.in_time:
        check = reverse("nominations:check", args=[standing.entry.pk])
        actions.append({"label": "检查并提交", "url": check})
    return actions


@hooks.register("construct_homepage_panels")
def nomination_panel(request, panels) -> None:
    if has_role(request.user, Role.UNIT_EDITOR):
        panels.append(NominationPanel())
