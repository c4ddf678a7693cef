from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction

from site_cms.pages.cache.kept import Sharing, leave_only


class OpenPage(Page):
    """A page for everybody. What is not for everybody yet is a draft.

    Wagtail's own restrictions by password or group are not offered, and not looked up.
    """

    private_page_options: list[str] = []

    # What this kind of page looks at in its address. Nothing else reaches it.
    queries_that_count: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none()

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        leave_only(request, self.queries_that_count)
        response = super().serve(request, *args, **kwargs)
        response.sharing = Sharing(self.queries_that_count)
        return response
