"""Every address of the admin, asked for by a unit with the things of another unit."""

import json
import logging
import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.models import EditingSession
from wagtail.models import (
    Collection,
    Comment,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Revision,
    Task,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
    WorkflowTask,
)

from showcase.ledger.models import Deed
from showcase.nominations.models import Nomination
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.media.models import SiteDocument, SiteImage
from tests.factories import NOW, RULES, make_seat, sign_in
from tests.factories.desks import make_desk
from tests.site_factories import make_showcase
from voting.judging.services import set_up_night

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# Whatever belongs to the other unit begins so, and the public sees none of it.
SECRET = "绝密灯塔"
QUERY = "?q=绝密&term=绝&p=1&fields=*&layout=list&describe_on_delete=1"
# Answered by errors on purpose, or not by Wagtail.
LEFT_OUT = ("admin/failwhale/", "admin/test404/", "admin/logout/", "admin/^.*/$")

MODELS = [
    ("wagtailcore", "page"),
    ("showcase", "showcasepage"),
    ("site_cms", "siteimage"),
    ("site_cms", "sitedocument"),
    ("site_cms", "user"),
    ("site_cms", "governmentsettings"),
    ("taggit", "tag"),
    ("showcase", "deed"),
]
ACTIONS = [
    "approve", "reject", "cancel", "copy", "delete", "move", "publish", "unpublish",
    "create_alias", "convert_alias", "revert_to_page_revision", "add_tags",
    "add_to_collection", "download", "assign_role", "set_active_state",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet(settings):
    settings.RATELIMIT_ENABLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def desks():
    contest = make_showcase()
    sync_groups()
    own = make_desk(contest, word="自己灯塔", code="own")
    own.editor.must_change_password = False
    own.editor.save()
    other = make_desk(contest, word=SECRET, code="other")
    workflow = Workflow.objects.create(name="别家的审核流程")
    WorkflowTask.objects.create(
        workflow=workflow,
        task=GroupApprovalTask.objects.create(name="别家的审核任务"),
        sort_order=1,
    )
    workflow.start(other.page, other.editor)
    TaskState.objects.update(comment=f"{SECRET}退回意见")
    return own, other


def ids_of(desk) -> dict[str, list]:
    """What stands in an address for a parameter of this name, by the address's beginning."""
    revision = desk.page.get_latest_revision()
    upload = UploadedFile.objects.create(
        file=ContentFile(f"{SECRET}上传".encode(), name="secret-upload.jpg"),
        uploaded_by_user=desk.editor,
        for_content_type=revision.content_type,
    )
    session = EditingSession.objects.create(
        user=desk.editor, content_object=desk.page, last_seen_at=NOW
    )
    page, image, document = desk.page.pk, desk.image.pk, desk.document.pk
    task = Task.objects.get(name="别家的审核任务").pk
    night = set_up_night(by=None, contest=desk.entry.contest, document=RULES, now=NOW)
    named = {
        "page_id": page,
        "parent_page_id": page,
        "page_to_move_id": page,
        "destination_id": page,
        "page_pk": page,
        "object_id": page,
        "image_id": image,
        "document_id": document,
        "doc_id": document,
        "collection_id": desk.unit.collection_id,
        "redirect_id": 1,
        "workflow_pk": Workflow.objects.get(name="别家的审核流程").pk,
        "revision_id": revision.pk,
        "revision_id_a": revision.pk,
        "revision_id_b": revision.pk,
        "task_state_id": TaskState.objects.get().pk,
        "task_id": task,
        "workflow_state_id": WorkflowState.objects.get().pk,
        "uploaded_file_id": upload.pk,
        "session_id": session.pk,
        "filter_spec": "max-165x165",
        "uidb64": "x",
        "token": "x",
        "slug": desk.entry.contest.slug,
        "step": "first",
        "number": 1,
        "code": night.rounds.get().code,
        "seat_id": make_seat(night=night, code="A01", name=f"{SECRET}评委").pk,
    }
    by_start = {
        "admin/images/": image,
        "admin/documents/": document,
        "admin/videos/": desk.video.pk,
        "admin/deeds/": desk.deed.pk,
        "admin/units/": desk.unit.pk,
        "admin/entries/": desk.entry.pk,
        "admin/contests/": desk.entry.contest_id,
        "admin/editions/": desk.entry.contest_id,
        "admin/collections/": desk.unit.collection_id,
        "admin/users/": desk.editor.pk,
        "admin/groups/": desk.unit.group_id,
        "admin/api/main/^images/": image,
        "admin/api/main/^documents/": document,
    }
    every_pk = sorted({page, desk.unit.pk, task})
    return {
        **{name: [value] for name, value in named.items()},
        "action": ACTIONS,
        "action_name": ACTIONS,
        "by start": by_start,
        "every pk": every_pk,
    }


def patterns(resolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses(ids: dict) -> Iterator[str]:
    """Every address of the admin, with the other unit's things wherever something fits."""
    for route in patterns(get_resolver()):
        if not route.startswith("admin/") or route in LEFT_OUT:
            continue
        route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route)
        names = PARAMETER.findall(route)
        models = [name for name in names if re.search("app_label|app_name", name)]
        kinds = MODELS if models else [("", "")]
        for app, model in kinds:
            choices = [values(name, route, ids, app, model) for name in names]
            for chosen in product(*choices):
                parts = iter(chosen)
                path = PARAMETER.sub(lambda _, parts=parts: str(next(parts)), route)
                yield "/" + re.sub(r"[\^$\\]", "", path)


def values(name: str, route: str, ids: dict, app: str, model: str) -> list:
    if re.search("app_label|app_name|content_type_app", name):
        return [app]
    if re.search("model_name", name):
        return [model]
    if name == "pk":
        start = next((s for s in ids["by start"] if route.startswith(s)), None)
        return [ids["by start"][start]] if start else ids["every pk"]
    assert name in ids, f"what stands for {name} in {route}?"
    return ids[name]


def told(response) -> str:
    """All that an answer carries: its body, its headers, what it leaves for the next page."""
    body = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    cookies = " ".join(morsel.value for morsel in response.cookies.values())
    return body.decode(errors="replace") + str(response.headers) + cookies


def spelt(secret: str) -> list[str]:
    return [secret, json.dumps(secret)[1:-1], quote(secret)]


def belongings(desk) -> list:
    """Everything of a unit as it is in the database."""
    page = desk.page.pk
    rows = [
        Page.objects.filter(pk=page),
        ShowcasePage.objects.filter(pk=page),
        Page.objects.filter(path__startswith=desk.page.path),
        Revision.objects.filter(object_id=str(page)),
        WorkflowState.objects.filter(object_id=str(page)),
        TaskState.objects.all(),
        SiteImage.objects.filter(pk=desk.image.pk),
        SiteDocument.objects.filter(pk=desk.document.pk),
        Collection.objects.all(),
        Deed.objects.filter(unit=desk.unit),
        Nomination.objects.filter(entry=desk.entry),
        Unit.objects.all(),
        User.objects.filter(pk=desk.editor.pk),
        GroupPagePermission.objects.all(),
        GroupCollectionPermission.objects.all(),
        UploadedFile.objects.all(),
        EditingSession.objects.filter(user=desk.editor),
        Comment.objects.filter(page=page),
    ]
    return [list(each.order_by("pk").values()) for each in rows]


def ask(client, method: str, path: str, **data):
    """One request whose effects are undone. None: the view has an error of its own."""
    with transaction.atomic():
        response = getattr(client, method)(path, **data)
        text = told(response)
        transaction.set_rollback(True)
    if response.status_code >= 500:
        text += f"{SECRET} 500"
    return response.status_code, text


def form_against(desk) -> dict:
    """Plausible fields of many forms at once, all aimed at the other unit."""
    return {
        "title": "改掉",
        "name": "改掉",
        "slug": "changed",
        "one_line": "改掉",
        "collection": desk.unit.collection_id,
        "new_title": "抄走",
        "new_slug": "stolen",
        "new_parent_page": desk.page.get_parent().pk,
        "parent_page": desk.page.get_parent().pk,
        "revision_id": desk.page.latest_revision_id,
        "action-publish": "1",
        "action-submit": "1",
        "unit": desk.unit.pk,
        "units": desk.unit.pk,
        "act": "letters",
        "q": "绝密",
        "id": desk.page.pk,
        "restriction_type": "login",
        "format": "fullwidth",
        "image-chooser-insertion-format": "fullwidth",
        "user": desk.editor.pk,
        "next": "/admin/",
    }


def test_no_address_shows_a_unit_what_is_another_units(client, desks):
    own, other = desks
    sign_in(client, own.editor)
    client.raise_request_exception = False
    ids, before = ids_of(other), belongings(other)
    mine, leaks = "自己灯塔", []
    for path in dict.fromkeys(addresses(ids)):
        chosen = "&".join(
            f"id={pk}" for pk in (other.page.pk, other.image.pk, other.document.pk)
        )
        everything = f"{path}{QUERY}&{chosen}&object_id={other.page.pk}"
        is_list = not re.search(r"\d", path)
        for asked in [path, everything] if is_list else [everything]:
            _, text = ask(client, "get", asked)
            leaks += [
                asked for form in spelt(SECRET) if form in text.replace(asked, "")
            ]
    assert sorted(set(leaks)) == []
    assert belongings(other) == before
    assert mine in ask(client, "get", "/admin/images/")[1]


def test_no_address_lets_a_unit_change_what_is_another_units(client, desks):
    own, other = desks
    sign_in(client, own.editor)
    client.raise_request_exception = False
    ids = ids_of(other)
    before, wrong = belongings(other), []
    for path in dict.fromkeys(addresses(ids)):
        with transaction.atomic():
            text = told(client.post(f"{path}?id={other.page.pk}", form_against(other)))
            if belongings(other) != before:
                wrong.append(f"changed by {path}")
            transaction.set_rollback(True)
        if any(form in text for form in spelt(SECRET)):
            wrong.append(f"told by {path}")
    assert wrong == []
