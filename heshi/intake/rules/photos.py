"""Photographs: told by their content, turned upright, and painted anew so that nothing hidden comes along.

A photograph carries the place and the minute it was taken, the camera's number, sometimes a small earlier version of itself. Saving
the pixels afresh leaves all of that behind.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from heshi.common.refusals import Invalid

register_heif_opener(thumbnails=False, depth_images=False)
# Two-lens photos (MPO) are opened as the JPEG they begin with; HEIF is what telephones of one maker write unless told otherwise.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"mif2", b"msf1", b"avif", b"avis"}
)
"""By which four letters a picture is known that lies in the same kind of container as a recording."""
MEGABYTES: Final = 60
"""A telephone's 200-million-point photo takes so much at its finest setting."""
# A small file may unfold into a picture that fills the memory, and most kinds can only be unfolded whole.
POINTS: Final = 64_000_000
# A plain JPEG is made smaller while it is decoded: the whole of it is never in memory, however many points the camera has.
SHRINKING_POINTS: Final = 220_000_000
Image.MAX_IMAGE_PIXELS = SHRINKING_POINTS
LONGEST: Final = 3200
SMALLEST_DRAFT: Final = LONGEST * 3 // 4
"""While decoding, a side may be halved as long as it stays longer than this: a little less sharp, a quarter of the memory."""
QUALITY: Final = 88
WHITE: Final = (255, 255, 255)
FROM_16_TO_8_BITS: Final = 1 / 257


class PhotoTooLarge(Invalid):
    """The file is bigger than we take."""

    code = "photo_too_large"
    sentence = "照片“{name}”超过 {megabytes} MB，请在手机相册里缩小一点再传，或者只截取要紧的部分。"


class PhotoNotReadable(Invalid):
    """This is not a photograph, whatever its name says."""

    code = "photo_not_readable"
    sentence = "“{name}”不是能打开的照片（可用 JPG、PNG、WebP、HEIC），请换一张，或者用手机截屏后再传。"


class PhotoUnfolds(Invalid):
    """The picture has more points than we are willing to unfold."""

    code = "photo_too_many_points"
    sentence = "照片“{name}”的尺寸太大（JPG 最多 2.2 亿像素，其他 6400 万像素），请缩小一点再传。"


@dataclass(frozen=True)
class CleanFile:
    """What may be stored: the bytes, what they are, and the ending of the file."""

    content: bytes
    mime: str
    ending: str


def clean_photo(content: bytes, *, name: str = "照片") -> CleanFile:
    """Return the picture upright, at most 3,200 points long, as a JPEG with nothing but its pixels.

    Raises PhotoTooLarge, PhotoNotReadable or PhotoUnfolds.
    """
    if len(content) > MEGABYTES * 1024 * 1024:
        raise PhotoTooLarge(name=name, megabytes=MEGABYTES)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return CleanFile(_painted_anew(picture, name), "image/jpeg", "jpg")
    except Image.DecompressionBombError as error:
        raise PhotoUnfolds(name=name) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PhotoNotReadable(name=name) from error


def is_heif(content: bytes) -> bool:
    """Return whether this begins like a HEIC, HEIF or AVIF picture."""
    return content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS


def _painted_anew(picture: Image.Image, name: str) -> bytes:
    if picture.width * picture.height > _most_points(picture):
        raise PhotoUnfolds(name=name)
    picture.draft("RGB", _draft_size(picture))
    # Made small before it is turned: turning makes a copy, and two copies of a large photo are one too many.
    small = _in_8_bits(picture)
    small.thumbnail((LONGEST, LONGEST))
    upright = ImageOps.exif_transpose(small)
    bare = Image.new("RGB", upright.size, WHITE)
    layer = upright.convert("RGBA") if _see_through(upright) else upright.convert("RGB")
    bare.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _most_points(picture: Image.Image) -> int:
    # A progressive JPEG is sent in layers, and all of them are in memory before the first point is known.
    shrinks = picture.format in {"JPEG", "MPO"} and not picture.info.get("progressive")
    return SHRINKING_POINTS if shrinks else POINTS


def _draft_size(picture: Image.Image) -> tuple[int, int]:
    share = SMALLEST_DRAFT / max(picture.size)
    return max(1, round(picture.width * share)), max(1, round(picture.height * share))


def _in_8_bits(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 65,536 steps in 256; any other as it is."""
    # Pillow itself would cut every value above 255 to white: a scanned page comes out empty.
    if not picture.mode.startswith("I"):
        return picture
    grey = picture.point(lambda step: step * FROM_16_TO_8_BITS + 0.5).convert("L")
    if isinstance(clear := grey.info.get("transparency"), int):
        grey.info["transparency"] = round(clear * FROM_16_TO_8_BITS)
    return grey


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
