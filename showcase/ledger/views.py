from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.ledger.queries import line_of, public_list, totals
from site_cms.pages.cache.kept import kept_page

DEEDS_A_PAGE = 30
FILTERS = {"": "全部", "running": "正在办", "overdue": "逾期", "closed": "已销号"}


@require_safe
@kept_page("show", "page")
def ledger(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    asked = request.GET.get("show", "")
    shown = asked if asked in FILTERS else ""
    deeds = public_list(shown=shown, today=today)
    page = Paginator(deeds, DEEDS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(deed.unit, line_of(deed, today)) for deed in page.object_list]
    counted = totals(today)
    counts = {
        "": counted.planned,
        "running": counted.running,
        "overdue": counted.overdue,
        "closed": counted.closed,
    }
    chips = [
        {
            "label": label,
            "url": f"?show={name}#list" if name else f"{request.path}#list",
            "current": name == shown,
            "count": counts[name],
        }
        for name, label in FILTERS.items()
    ]
    return render(
        request,
        "showcase/ledger/ledger.html",
        {
            "now": now,
            "totals": counted,
            "chips": chips,
            "shown": shown,
            "page_of_deeds": page,
        },
    )
