"""The import of units: upload, preview, confirm, and the file with its errors to take home."""

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from showcase.units.errors import UnitError
from showcase.units.forms import SpreadsheetForm
from showcase.units.importing import COLUMNS, Plan, exported, plan_import
from showcase.units.models import Unit
from showcase.units.services import import_units
from site_cms.spreadsheets.downloads import as_download, sealed, unsealed
from site_cms.spreadsheets.tables import Table
from site_cms.spreadsheets.writing import write_errors, write_table


class ImportUnitsView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    model = Unit
    permission_required = "change"
    form_class = SpreadsheetForm
    template_name = "showcase/units/import.html"
    page_title = "导入单位"
    header_icon = "upload"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("units:index"), "label": "单位"},
            {"url": "", "label": self.page_title},
        ]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"columns": COLUMNS}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"columns": COLUMNS}

    def post(self, request, *args, **kwargs):
        if "sealed" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            table, fingerprint = unsealed(request.POST["sealed"])
        except BadSignature:
            messages.error(
                request, "这次预览已经失效，什么都没有导入。请再传一次文件。"
            )
            return self.render_to_response(self.get_context_data(form=self.empty_form))
        if request.POST.get("act") == "errors":
            return self.file_with_errors(table)
        return self.confirm(table, fingerprint)

    @property
    def empty_form(self) -> SpreadsheetForm:
        return SpreadsheetForm(columns=COLUMNS)

    def form_valid(self, form):
        return self.preview(form.table)

    def preview(self, table: Table) -> HttpResponse:
        plan = plan_import(table)
        return self.shown(plan=plan, sealed=sealed(table, plan.fingerprint))

    def confirm(self, table: Table, fingerprint: str) -> HttpResponse:
        try:
            plan = import_units(
                by=self.request.user,
                table=table,
                fingerprint=fingerprint,
                now=timezone.now(),
            )
        except UnitError as error:
            messages.error(self.request, error.message)
            return self.preview(table)
        return self.shown(plan=plan, is_done=True)

    def file_with_errors(self, table: Table) -> HttpResponse:
        data = write_errors(
            COLUMNS, table.rows, plan_import(table).errors, title="单位"
        )
        return as_download(data, name="单位（标出问题）.xlsx")

    def shown(self, *, plan: Plan, **context) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=self.empty_form, plan=plan, **context)
        )


class UnitsFileView(PermissionCheckedMixin, View):
    """The template to fill in, or all units in the same columns."""

    model = Unit
    permission_required = "change"
    is_template = False

    def get(self, request: HttpRequest) -> HttpResponse:
        units = [] if self.is_template else Unit.objects.prefetch_related("branches")
        data = write_table(COLUMNS, [exported(unit) for unit in units], title="单位")
        name = "单位导入模板.xlsx" if self.is_template else "单位.xlsx"
        return as_download(data, name=name)
