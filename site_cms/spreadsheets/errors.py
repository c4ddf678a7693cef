from site_cms.refusals import Refusal


class SpreadsheetRefused(Refusal):
    """A file that is not read at all. The sentence says why and what to do."""
