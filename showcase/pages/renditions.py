"""The sizes that only showcase pages have. Templates name the same ones."""

CARD = (
    "fill-400x250|format-webp|webpquality-70",
    "fill-800x500|format-webp|webpquality-60",
)
COVER = (
    "fill-800x500|format-webp|webpquality-70",
    "fill-1600x1000|format-webp|webpquality-70",
)
# What WeChat shows beside a link: the first picture of a page, and it must be square.
SQUARE = ("fill-300x300|format-jpeg|jpegquality-70",)
