"""Photographs: what they hide is gone, what is not a photograph is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from heshi.intake.rules.photos import LONGEST, PhotoNotReadable, PhotoTooLarge, PhotoUnfolds, clean_photo

GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x010F


def telephone_photo(*, size: tuple[int, int] = (64, 48), mode: str = "RGB", format_: str = "JPEG") -> bytes:
    """Return a photo as a telephone writes it: place, camera, a turned picture."""
    exif = Image.Exif()
    exif[CAMERA] = "made-up camera"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 1.0, 2.0), 3: "E", 4: (150.0, 1.0, 2.0)})
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, format_, exif=exif)
    return out.getvalue()


def test_place_camera_and_every_other_note_are_gone_and_the_picture_stands_upright() -> None:
    given = telephone_photo()
    assert b"made-up camera" in given
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(GPS)

    clean = clean_photo(given)

    picture = Image.open(io.BytesIO(clean.content))
    assert (clean.mime, clean.ending, picture.size) == ("image/jpeg", "jpg", (48, 64))
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"made-up camera" not in clean.content


@pytest.mark.parametrize(
    ("mode", "format_"),
    [("RGBA", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGB", "WEBP"), ("L", "JPEG"), ("CMYK", "JPEG")],
)
def test_every_kind_of_picture_becomes_a_plain_photo(mode: str, format_: str) -> None:
    clean = clean_photo(
        telephone_photo(mode="RGB", format_=format_) if mode == "RGB" else drawn(mode, format_)
    )

    assert Image.open(io.BytesIO(clean.content)).mode == "RGB"


def drawn(mode: str, format_: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, format_)
    return out.getvalue()


def test_a_large_photo_is_made_smaller() -> None:
    clean = clean_photo(drawn_wide())

    assert Image.open(io.BytesIO(clean.content)).size == (LONGEST, LONGEST // 2)


def drawn_wide() -> bytes:
    out = io.BytesIO()
    Image.new("L", (LONGEST * 2, LONGEST)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 1000, b"<script>alert(1)</script>", b"MZ" + b"\0" * 500, b"%PDF-1.7\n", b"\xff\xd8\xff\xe0" + b"\0" * 50,
     telephone_photo()[:200], b'<svg xmlns="http://www.w3.org/2000/svg"/>'],
)  # fmt: skip
def test_what_is_no_photograph_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(PhotoNotReadable) as refused:
        clean_photo(content, name="现场.jpg")

    assert "现场.jpg" in str(refused.value)


def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused_before_it_unfolds() -> None:
    with pytest.raises(PhotoUnfolds):
        clean_photo(bomb(60_000))


def bomb(side: int) -> bytes:
    """Return a PNG of a few hundred bytes that claims to be ``side`` points wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_photo_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        clean_photo(b"\xff\xd8" + b"\0" * (10 * 1024 * 1024))
