"""Pictures for tests: small, drawn, different from each other."""

import random
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


def make_busy_photograph() -> SiteImage:
    """As hard to compress as leaves and gravel: noise in every size, the same each time."""
    noise = random.Random(2026)
    photograph = Image.new("RGB", (1600, 1000), "grey")
    width = 2
    while width <= 1600:
        height = max(1, width * 5 // 8)
        grain = Image.frombytes(
            "RGB", (width, height), noise.randbytes(width * height * 3)
        )
        photograph = Image.blend(photograph, grain.resize((1600, 1000)), 0.2)
        width *= 2
    drawn = BytesIO()
    photograph.save(drawn, "JPEG", quality=95)
    drawn.seek(0)
    return SiteImage.objects.create(
        title="忙的照片",
        description="石子和树叶",
        file=ImageFile(drawn, name="busy.jpg"),
    )
