"""Photographs: told by their content, turned upright, and painted anew so that nothing hidden comes along.

A photograph carries the place and the minute it was taken, the camera's number, sometimes a small earlier version of itself. Saving
the pixels afresh leaves all of that behind.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from heshi.common.refusals import Invalid

# Two-lens photos (MPO) are opened as the JPEG they begin with.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MEGABYTES = 10
# A small file may unfold into a picture that fills the memory: 64 million points is the largest a telephone takes by itself.
POINTS = 64_000_000
LONGEST = 3200
QUALITY = 88
WHITE = (255, 255, 255)


class PhotoTooLarge(Invalid):
    """The file is bigger than we take."""

    code = "photo_too_large"
    sentence = "照片“{name}”超过 {megabytes} MB，请在手机相册里缩小一点再传，或者只截取要紧的部分。"


class PhotoNotReadable(Invalid):
    """This is not a photograph, whatever its name says."""

    code = "photo_not_readable"
    sentence = "“{name}”不是能打开的照片（可用 JPG、PNG、WebP），请换一张，或者用手机截屏后再传。"


class PhotoUnfolds(Invalid):
    """The picture has more points than we are willing to unfold."""

    code = "photo_too_many_points"
    sentence = "照片“{name}”的尺寸太大，请缩小到 6400 万像素以内再传。"


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


def _painted_anew(picture: Image.Image, name: str) -> bytes:
    if picture.width * picture.height > POINTS:
        raise PhotoUnfolds(name=name)
    picture.draft("RGB", (LONGEST, LONGEST))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST, LONGEST))
    bare = Image.new("RGB", upright.size, WHITE)
    layer = upright.convert("RGBA") if _see_through(upright) else upright.convert("RGB")
    bare.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
