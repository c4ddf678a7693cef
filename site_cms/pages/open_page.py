from wagtail.models import Page, PageViewRestriction


class OpenPage(Page):
    """A page for everybody. What is not for everybody yet is a draft.

    Wagtail's own restrictions by password or group are not offered, and not looked up.
    """

    private_page_options: list[str] = []

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none()
