from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction

from site_cms.pages.cache.kept import Sharing, leave_only
from site_cms.pages.forms import OpenPageForm
from site_cms.pages.renditions import Shown, fetch_pictures


class OpenPage(Page):
    """A page for everybody. What is not for everybody yet is a draft.

    Wagtail's own restrictions by password or group are not offered, and not looked up.
    """

    base_form_class = OpenPageForm
    private_page_options: list[str] = []

    # What this kind of page looks at in its address. Nothing else reaches it.
    queries_that_count: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def pictures(self) -> list[Shown]:
        """What is made at publication, so that no reader waits for it."""
        return []

    def get_context(self, request, *args, **kwargs):
        fetch_pictures(self.pictures())
        return super().get_context(request, *args, **kwargs)

    @property
    def path_on_site(self) -> str:
        """Its public address without the host. Wagtail's own ``url`` may ask a cache for it.

        A county has one site, whose root is the first step of every path in the tree.
        """
        return "/" + self.url_path.split("/", 2)[2]

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none()

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        leave_only(request, self.queries_that_count)
        response = super().serve(request, *args, **kwargs)
        response.sharing = Sharing(self.queries_that_count)
        return response
