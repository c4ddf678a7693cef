"""The page on which an administrator opens desks: all units, then a preview, then the letters."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from showcase.contests.models import Contest
from showcase.pages.desks.forms import ChooseDesksForm, ConfirmDesksForm, seen
from showcase.pages.desks.letters import letterhead
from showcase.pages.desks.queries import desks_of, unit_groups
from showcase.pages.desks.services import open_and_write
from showcase.units.models import Unit
from site_cms.accounts.duties import duties
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal


class DesksView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    model = Unit
    permission_required = "change"
    template_name = "showcase/desks/list.html"
    page_title = "单位账号和登录信"
    header_icon = "key"
    _show_breadcrumbs = True

    @cached_property
    def contest(self) -> Contest:
        return get_object_or_404(Contest, slug=self.kwargs["slug"])

    @cached_property
    def desks(self):
        return desks_of(self.contest)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("desks:index"), "label": self.page_title},
            {"url": "", "label": str(self.contest)},
        ]

    def get_context_data(self, **kwargs):
        desks = self.desks
        return super().get_context_data(**kwargs) | {
            "contest": self.contest,
            "desks": desks,
            "open_count": sum(desk.is_open for desk in desks),
            "used_count": sum(desk.is_used for desk in desks),
            **kwargs,
        }

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if request.POST.get("confirmed"):
            return self.carry_out()
        form = ChooseDesksForm(request.POST, desks=self.desks)
        if not form.is_valid():
            return self.again(form)
        return self.preview(form)

    def again(self, form: ChooseDesksForm) -> HttpResponse:
        for sentences in form.errors.values():
            messages.error(self.request, sentences[0])
        ticked = set(self.request.POST.getlist("units"))
        return self.render_to_response(self.get_context_data(ticked=ticked))

    def preview(self, form: ChooseDesksForm) -> HttpResponse:
        self.template_name = "showcase/desks/preview.html"
        return self.render_to_response(
            self.get_context_data(
                chosen=form.desks,
                is_for_letters=form.is_for_letters,
                act=form.cleaned_data["act"],
                seen_json=json.dumps(seen(form.desks)),
            )
        )

    def carry_out(self) -> HttpResponse:
        """Each desk is a transaction of its own: one that is refused stops no other."""
        form = ConfirmDesksForm(self.request.POST, desks=self.desks)
        if not form.is_valid():
            return self.again(form)
        letters, refused, now = [], [], timezone.now()
        for desk in form.desks:
            try:
                letter = open_and_write(
                    by=self.request.user,
                    contest=self.contest,
                    unit=desk.unit,
                    expected=form.cleaned_data["seen"].get(str(desk.unit.pk), ""),
                    new_letter=form.is_for_letters,
                    now=now,
                )
            except Refusal as error:
                refused.append((desk.unit, error.message))
            else:
                letters += [letter] if letter else []
        return self.done(letters, refused)

    def done(self, letters, refused) -> HttpResponse:
        del self.desks
        for unit, sentence in refused:
            messages.error(self.request, f"{unit}：{sentence}")
        if not letters:
            if not refused:
                messages.success(self.request, "已经开通，没有需要出的信。")
            return self.render_to_response(self.get_context_data())
        return TemplateResponse(
            self.request,
            "showcase/desks/letters.html",
            {"letters": letters, "head": letterhead(), "refused": refused}
            | {"contest": self.contest},
            headers={"Cache-Control": "no-store"},
        )


class DeskContestsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Which contest?"""

    model = Unit
    permission_required = "change"
    template_name = "showcase/desks/contests.html"
    page_title = "单位账号和登录信"
    header_icon = "key"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        contests = Contest.objects.not_archived()
        return super().get_context_data(**kwargs) | {"contests": contests}


class WhoMayDoWhatView(WagtailAdminTemplateMixin, TemplateView):
    """For everybody who may enter the admin; who holds a role is for administrators."""

    template_name = "showcase/desks/who_may_do_what.html"
    page_title = "谁能做什么"
    header_icon = "group"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        sees_names = has_role(self.request.user, Role.ADMINISTRATOR)
        return super().get_context_data(**kwargs) | {
            "duties": duties(with_names=sees_names),
            "sees_names": sees_names,
            "unit_groups": unit_groups() if sees_names else [],
        }
