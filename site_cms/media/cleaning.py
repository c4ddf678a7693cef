"""What happens to every picture before it is stored: nothing but its pixels is kept.

A telephone writes the place, the time and its own name into a photograph. The picture
is decoded, turned upright, brought to sRGB and encoded anew, so that neither these nor
anything hidden behind the picture's end reaches the disk.
"""

from contextlib import suppress
from io import BytesIO
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile, File
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

from site_cms.media.errors import UploadRefused

register_heif_opener()

# What is read, and what it is stored as.
_STORED_AS = {
    "JPEG": "JPEG",
    "MPO": "JPEG",  # a JPEG with a second picture behind it, as some telephones make
    "HEIF": "JPEG",
    "PNG": "PNG",
    "WEBP": "WEBP",
}
_READ = ("JPEG", "HEIF", "PNG", "WEBP")
_SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_OPTIONS = {
    "JPEG": {"quality": 90, "progressive": True, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90, "method": 2},
}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

UNREADABLE = (
    "这张照片打不开，可能已经损坏，或者不是照片。请换一张，或在手机上截图后再传。"
)
TOO_MANY_PIXELS = "这张照片像素太多，最多收 4000 万像素。请缩小后再传。"
FORMATS = "只收 JPG、PNG、WebP 和 HEIC（苹果手机）照片。请另存为其中一种再传。"
TOO_LARGE = "这张照片超过 10 MB。请在手机上选“中等尺寸”发送，或缩小后再传。"


class CleanImage(ContentFile):
    """A picture that went through :func:`cleaned`."""


def cleaned(file: File) -> CleanImage:
    """The same picture without anything else, or :class:`UploadRefused`."""
    if isinstance(file, CleanImage):
        return file
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise UploadRefused(TOO_LARGE)
    file.seek(0)
    try:
        with Image.open(file, formats=_READ) as opened:
            _refuse_bomb(opened)
            stored_as = _STORED_AS[opened.format]
            upright = ImageOps.exif_transpose(opened)
            content = _encoded(_in_srgb(upright), stored_as)
    except UploadRefused:
        raise
    except _BOMBS as error:
        raise UploadRefused(TOO_MANY_PIXELS) from error
    # Pillow's decoders let a dozen kinds of exception through for broken files.
    except Exception as error:
        raise UploadRefused(UNREADABLE) from error
    name = PurePath(file.name or "image").with_suffix(_SUFFIX[stored_as]).name
    return CleanImage(content, name=name)


def _refuse_bomb(image: Image.Image) -> None:
    """The header tells the size before a pixel is decoded."""
    frames = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
    width, height = image.size
    if width * height * frames > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise UploadRefused(TOO_MANY_PIXELS)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as every screen shows them, since the profile itself is not kept."""
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        image = image.convert("RGB")
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        # With a broken profile the colours stay as the numbers say.
        with suppress(ImageCms.PyCMSError, OSError):
            image = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGBA" if image.mode == "RGBA" else "RGB",
            )
    return image.convert("RGB") if image.mode == "CMYK" else image


def _encoded(image: Image.Image, stored_as: str) -> bytes:
    if stored_as == "JPEG" and image.mode in {"RGBA", "LA"}:
        image = image.convert("RGB")
    bare = image.copy()
    bare.info = {}
    bare.getexif().clear()
    output = BytesIO()
    bare.save(output, format=stored_as, **_OPTIONS[stored_as])
    return output.getvalue()
