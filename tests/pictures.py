"""Pictures for tests: small, drawn, different from each other."""

from io import BytesIO

from django.core.files.images import ImageFile
from PIL import Image

from site_cms.media.models import SiteImage


def make_image(*, title: str = "照片", colour: str = "green", **fields) -> SiteImage:
    drawn = BytesIO()
    Image.new("RGB", (1600, 1000), colour).save(drawn, "JPEG")
    drawn.seek(0)
    defaults = {"description": f"{title}的说明"}
    return SiteImage.objects.create(
        title=title, file=ImageFile(drawn, name="photo.jpg"), **defaults | fields
    )
