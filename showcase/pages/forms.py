"""The editor's form of a showcase page: a draft may lack anything, what is handed in nothing."""

from types import SimpleNamespace

from showcase.pages.completeness import lacking_parts
from site_cms.pages.forms import OpenPageForm


class ShowcasePageForm(OpenPageForm):
    def clean(self):
        """Each block has spoken for itself; here is what is not there at all."""
        cleaned = super().clean()
        if self.is_deferred_validation:
            return cleaned
        content = SimpleNamespace(
            one_line=cleaned.get("one_line") or "",
            lead=cleaned.get("lead") or "",
            cover=cleaned.get("cover"),
            body=cleaned.get("body", ()),
        )
        refused = set(self.errors)
        for lack in lacking_parts(content):
            if lack.field not in refused:
                self.add_error(lack.field, f"{lack.text}。")
        return cleaned
