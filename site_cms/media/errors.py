from site_cms.refusals import Refusal


class UploadRefused(Refusal):
    """A file that is not taken. The sentence says why and what to do."""
