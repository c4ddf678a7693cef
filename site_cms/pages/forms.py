"""Wagtail's form of a page, safe where several people write at once."""

from threading import RLock

from wagtail.admin.forms.pages import WagtailAdminPageForm

# Wagtail eases the rules of a draft on the block definitions themselves, which all
# threads share: without this, one unit's autosave would ease another's submission.
BLOCKS_IN_USE = RLock()


class OpenPageForm(WagtailAdminPageForm):
    def full_clean(self) -> None:
        with BLOCKS_IN_USE:
            super().full_clean()
