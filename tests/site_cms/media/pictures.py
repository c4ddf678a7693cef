"""Pictures as telephones make them, and as attackers do."""

import struct
import zlib
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin
from pillow_heif import register_heif_opener

register_heif_opener()

PHONE = "MI 4 LTE secret-phone"
PLACE = b"GPS-secret-place"
COMMENT = "secret-comment"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret-xmp</x:xmpmeta>"
TRACES = [
    PHONE.encode(),
    PLACE,
    COMMENT.encode(),
    b"secret-xmp",
    b"Exif",
    b"eXIf",
    b"http://ns.adobe.com",
    b"<script>",
]

LEFT, RIGHT = (200, 20, 20), (20, 20, 200)
UPRIGHT, TURNED = 1, 6


def two_colours(size=(160, 80), mode="RGB") -> Image.Image:
    """Red on the left half, blue on the right one."""
    image = Image.new("RGB", size, RIGHT)
    image.paste(LEFT, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def exif(orientation=UPRIGHT) -> bytes:
    data = Image.Exif()
    data[0x0110] = PHONE
    data[0x0112] = orientation
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", (36.0, 53.0, 12.0)
    place[0x1B] = PLACE
    return data.tobytes()


def photograph(
    kind="JPEG", *, orientation=UPRIGHT, size=(160, 80), mode="RGB"
) -> bytes:
    """A picture with all that can be written into its kind."""
    output = BytesIO()
    options = {"exif": exif(orientation)}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", COMMENT)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = text
    elif kind == "JPEG":
        options |= {"comment": COMMENT, "xmp": XMP}
    elif kind == "WEBP":
        options |= {"xmp": XMP}
    two_colours(size, mode).save(output, format=kind, **options)
    return output.getvalue()


def upload(content: bytes, name="photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def png_bomb(width=20_000, height=20_000) -> bytes:
    """A few kilobytes that unpack into hundreds of megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * height), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )
