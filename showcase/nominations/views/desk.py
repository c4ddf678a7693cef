"""The unit's own pages: write, check, submit, withdraw."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from showcase.nominations.errors import (
    DraftIsNewer,
    NoCollection,
    NominationError,
    NotOfTheUnit,
)
from showcase.nominations.forms import NominationForm, RevisionForm, sent_files
from showcase.nominations.models import Nomination
from showcase.nominations.queries import (
    Standing,
    content_of,
    files_of,
    history_of,
    nomination_of,
    offered_to,
    versions_of,
)
from showcase.nominations.rules import (
    EVIDENCE_LIMIT,
    FIGURES_LIMIT,
    STATEMENT_LIMIT,
    differences,
    length,
    missing,
)
from showcase.nominations.services import (
    add_evidence,
    remove_evidence,
    save_draft,
    submit_nomination,
    withdraw_nomination,
)
from showcase.nominations.views.access import own_standing, page
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.media.errors import UploadRefused
from site_cms.media.models import SiteDocument, SiteImage
from site_cms.media.services import add_upload

SAVED = "已保存 {moment:%H:%M}"
NOT_SAVED = "没有保存：有 {count} 处要改，已经标出。您填的都还在，改好再存。"


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.UNIT_EDITOR)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a nomination. The script and the buttons post to the same address."""
    standing = own_standing(request, pk)
    content = content_of(standing.nomination, standing.unit)
    if request.method == "POST":
        return _save(request, standing, content)
    if not standing.may_write:
        return _shut_page(request, standing, content)
    revision = standing.nomination.revision if standing.nomination else 0
    return _form_page(request, standing, content, NominationForm(content, revision))


def _save(request: HttpRequest, standing: Standing, content) -> HttpResponse:
    form = NominationForm(content, 0, request.POST)
    act, _, which = request.POST.get("act", "").partition("-")
    if act == "remove_figure" and which.isdecimal() and len(which) < 4:
        form.remove_figure(int(which))
    if not form.is_valid():
        sentence = NOT_SAVED.format(count=len(form.errors()))
        return _refused(request, standing, content, form, sentence)
    try:
        nomination = save_draft(
            by=request.user,
            entry=standing.entry,
            draft=form.draft(),
            revision=form.revision,
            now=timezone.now(),
        )
    except NominationError as error:
        return _refused(request, standing, content, form, error.message, error)
    if _is_script(request) and not request.FILES:
        return JsonResponse(_saved(nomination, standing))
    return _act(request, standing, nomination)


def _saved(nomination: Nomination, standing: Standing) -> dict[str, object]:
    moment = timezone.localtime(nomination.saved_at)
    return {
        "revision": nomination.revision,
        "sentence": SAVED.format(moment=moment),
        "missing": len(missing(content_of(nomination, standing.unit))),
    }


def _refused(
    request: HttpRequest,
    standing: Standing,
    content,
    form: NominationForm,
    sentence: str,
    error: NominationError | None = None,
) -> HttpResponse:
    """Nothing was saved; what was typed stays on the page, or in the script's hands."""
    is_stale = isinstance(error, DraftIsNewer)
    status = HTTPStatus.CONFLICT if error else HTTPStatus.UNPROCESSABLE_ENTITY
    if _is_script(request):
        told = {"sentence": sentence, "errors": form.errors(), "is_stale": is_stale}
        return JsonResponse(told, status=status)
    messages.error(request, sentence)
    if error and not is_stale:
        return _shut_page(
            request, _again(request, standing), content, form, status=status
        )
    if is_stale:
        standing = _again(request, standing)
        content = content_of(standing.nomination, standing.unit)
        form = NominationForm(content, 0, request.POST)
    return _form_page(
        request, standing, content, form, is_stale=is_stale, status=status
    )


def _again(request: HttpRequest, standing: Standing) -> Standing:
    return own_standing(request, standing.entry.pk)


def _act(
    request: HttpRequest, standing: Standing, nomination: Nomination
) -> HttpResponse:
    """What the pressed button asks for beside saving, all of which has been saved by now."""
    act, _, which = request.POST.get("act", "save").partition("-")
    address = reverse("nominations:write", args=[standing.entry.pk])
    if act == "check":
        return redirect("nominations:check", standing.entry.pk)
    if act == "add_figure":
        content = content_of(nomination, standing.unit)
        form = NominationForm(content, nomination.revision)
        form.add_figure()
        return _form_page(request, _again(request, standing), content, form)
    if act == "remove" and which.isdecimal() and len(which) < 19:
        remove_evidence(
            by=request.user,
            entry=standing.entry,
            evidence_id=int(which),
            now=timezone.now(),
        )
        messages.success(request, "已去掉这件佐证；文件还在本单位的文件夹里。")
        return redirect(f"{address}#evidence")
    chosen, files = request.POST.getlist("choose"), sent_files(request.FILES)
    if chosen or files:
        wrong = _choose(request, standing, chosen) + _upload(request, standing, files)
        for sentence in wrong:
            messages.error(request, sentence)
        if len(wrong) < len(chosen) + len(files):
            messages.success(request, "佐证已加上，请给每一件写一句说明。")
        if _is_script(request):
            return JsonResponse({"reload": f"{address}#evidence"})
        return redirect(f"{address}#evidence")
    messages.success(
        request, SAVED.format(moment=timezone.localtime(nomination.saved_at)) + "。"
    )
    return redirect(address)


def _choose(request: HttpRequest, standing: Standing, chosen: list[str]) -> list[str]:
    """Add what was ticked among the files of the unit. Returns what was refused."""
    wrong = []
    for each in chosen[:EVIDENCE_LIMIT]:
        kind, _, pk = each.partition("-")
        model = {"image": SiteImage, "document": SiteDocument}.get(kind)
        if model is None or not pk.isdecimal() or len(pk) > 18:
            continue
        file = model.objects.filter(pk=int(pk)).first()
        try:
            if file is None:
                raise NotOfTheUnit
            _add(request, standing, file)
        except NominationError as error:
            wrong.append(error.message)
    return wrong


def _upload(request: HttpRequest, standing: Standing, files) -> list[str]:
    """Put files into the unit's collection and under the evidence. Returns what was refused."""
    collection = standing.unit.collection
    if files and collection is None:
        return [NoCollection.message]
    wrong = []
    for file in files[:EVIDENCE_LIMIT]:
        try:
            added = add_upload(by=request.user, file=file, collection=collection)
            _add(request, standing, added)
        except (UploadRefused, NominationError) as error:
            wrong.append(f"{file.name}：{error.message}")
    return wrong


def _add(request: HttpRequest, standing: Standing, file) -> None:
    kind = "image" if isinstance(file, SiteImage) else "document"
    add_evidence(
        by=request.user, entry=standing.entry, now=timezone.now(), **{kind: file}
    )


def _form_page(
    request: HttpRequest,
    standing: Standing,
    content,
    form: NominationForm,
    *,
    is_stale: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    nomination = standing.nomination
    has_errors = not form.is_valid()
    rows = zip(files_of(content), form.caption_forms.values(), strict=True)
    return page(
        request,
        "write",
        f"自荐：{standing.unit}",
        {
            "standing": standing,
            "form": form,
            "evidence": list(rows),
            "offered": offered_to(standing.unit, nomination),
            "missing": missing(content),
            "count": length(form.draft_form["statement"].value() or ""),
            "limit": STATEMENT_LIMIT,
            "figures_limit": FIGURES_LIMIT,
            "is_stale": is_stale,
            "has_errors": has_errors,
            "revision": nomination.revision if nomination else 0,
            "elsewhere": _elsewhere(content, form) if is_stale else [],
        },
        status=status,
    )


def _elsewhere(content, form: NominationForm):
    """What this page would change in what another window has saved."""
    if not form.is_valid():
        return []
    draft = form.draft()
    typed = {
        "statement": draft.statement,
        "figures": draft.figures,
        "contact_name": draft.contact_name,
        "contact_phone": draft.contact_phone,
        "evidence": [
            each | {"caption": draft.captions.get(each["id"], each["caption"])}
            for each in content["evidence"]
        ],
    }
    return differences(content, typed)


def _shut_page(
    request: HttpRequest,
    standing: Standing,
    content,
    form: NominationForm | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A nomination that cannot be written now, to be read. Typed text is shown to be copied."""
    return page(
        request,
        "shut",
        f"自荐：{standing.unit}",
        {
            "standing": standing,
            "content": content,
            "files": files_of(content),
            "history": history_of(standing.nomination),
            "versions": versions_of(standing.nomination),
            "typed": form.draft_form["statement"].value() if form else "",
        },
        status=status,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.UNIT_EDITOR)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All that will be handed in, what is still missing, and the one button that does it."""
    standing = own_standing(request, pk)
    if request.method == "POST":
        form = RevisionForm(request.POST)
        try:
            version = submit_nomination(
                by=request.user,
                entry=standing.entry,
                revision=form.cleaned_data["revision"] if form.is_valid() else -1,
                now=timezone.now(),
            )
        except NominationError as error:
            messages.error(request, error.message)
            return redirect("nominations:check", pk)
        messages.success(
            request, f"自荐已提交（第 {version.number} 版）。请打印盖章后交活动办公室。"
        )
        return redirect("nominations:write", pk)
    if not standing.may_write:
        return redirect("nominations:write", pk)
    nomination = nomination_of(standing.entry)
    content = content_of(nomination, standing.unit)
    context = {
        "standing": standing,
        "content": content,
        "files": files_of(content),
        "missing": missing(content),
        "form": RevisionForm(
            initial={"revision": nomination.revision if nomination else 0}
        ),
    }
    above = [(reverse("nominations:write", args=[pk]), f"自荐：{standing.unit}")]
    return page(request, "check", "检查并提交", context, above=above)


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.UNIT_EDITOR)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    standing = own_standing(request, pk)
    if request.method == "POST":
        try:
            withdraw_nomination(
                by=request.user, entry=standing.entry, now=timezone.now()
            )
        except NominationError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, "已撤回，可以修改了。改好后记得在截止前重新提交。"
            )
        return redirect("nominations:write", pk)
    if not standing.is_submitted:
        return redirect("nominations:write", pk)
    above = [(reverse("nominations:write", args=[pk]), f"自荐：{standing.unit}")]
    return page(request, "withdraw", "撤回自荐", {"standing": standing}, above=above)
