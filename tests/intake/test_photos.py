"""Photographs: what they hide is gone, what is not a photograph is refused."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from heshi.intake.rules.papers import clean_file
from heshi.intake.rules.photos import (
    LONGEST,
    MEGABYTES,
    PhotoNotReadable,
    PhotoTooLarge,
    PhotoUnfolds,
    clean_photo,
)

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


def test_a_photo_of_more_megabytes_than_a_telephone_makes_is_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        clean_photo(b"\xff\xd8" + b"\0" * (MEGABYTES * 1024 * 1024))


# --- what telephones and scanners really make (tests/reports/16-photos) -------------------------------

REPORTED = Path(__file__).parents[1] / "reports" / "16-photos"
ONE_GREY = 156
"""40000 of 65535 steps are 156 of 255."""


def cleaned(name: str) -> Image.Image:
    return Image.open(io.BytesIO(clean_photo((REPORTED / name).read_bytes(), name=name).content))


def test_a_photo_in_the_format_of_iphones_is_taken_as_a_jpeg() -> None:
    given = Image.open(REPORTED / "IMG_0001.HEIC")

    kind, clean = clean_file((REPORTED / "IMG_0001.HEIC").read_bytes(), name="IMG_0001.HEIC")

    picture = Image.open(io.BytesIO(clean.content))
    assert (kind, clean.mime, picture.format, picture.size) == ("photo", "image/jpeg", "JPEG", given.size)
    assert dict(picture.getexif()) == {}


def test_an_iphone_photo_does_not_say_where_it_was_taken() -> None:
    given = telephone_photo(format_="HEIF")
    assert b"made-up camera" in given
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(GPS)

    clean = clean_photo(given)

    assert dict(Image.open(io.BytesIO(clean.content)).getexif()) == {}
    assert b"made-up camera" not in clean.content


def test_a_picture_that_calls_itself_a_recording_of_the_same_family_is_still_no_photo() -> None:
    with pytest.raises(PhotoNotReadable):
        clean_photo(b"\0\0\0\x18ftypheic" + b"\0" * 400)


def test_a_grey_scan_of_sixteen_bits_keeps_its_grey() -> None:
    assert cleaned("scan16.png").convert("L").getextrema() == (ONE_GREY, ONE_GREY)


def test_a_grey_scan_from_dark_to_light_still_goes_from_dark_to_light() -> None:
    grey = cleaned("scan16grad.png").convert("L")

    row = grey.crop((0, grey.height // 2, grey.width, grey.height // 2 + 1))
    middle = list(row.tobytes())[::50]
    assert middle == sorted(middle)
    assert (middle[0] < 12, middle[-1] > 235) == (True, True)


@pytest.mark.parametrize(("step", "grey"), [(0, 0), (128, 0), (257, 1), (32_896, 128), (65_535, 255)])
def test_every_step_of_sixteen_bits_has_its_place_among_256(step: int, grey: int) -> None:
    out = io.BytesIO()
    Image.new("I;16", (16, 16), step).save(out, "PNG")

    assert Image.open(io.BytesIO(clean_photo(out.getvalue()).content)).convert("L").getpixel((8, 8)) == grey


def test_the_largest_photos_of_telephones_are_taken() -> None:
    assert max(cleaned("xiaomi108mp.jpg").size) <= LONGEST
    assert max(cleaned("xiaomi108mp.jpg").size) > LONGEST // 2


PEAK = """
import resource, sys
from heshi.intake.rules.photos import clean_photo
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
clean_photo(content)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def two_hundred_million_points() -> bytes:
    out = io.BytesIO()
    Image.new("L", (16_320, 12_240), 90).save(out, "JPEG", quality=30)
    return out.getvalue()


@pytest.mark.parametrize("size", ["108", "200"])
def test_the_largest_photo_takes_little_memory_while_it_is_made_smaller(size: str) -> None:
    content = (REPORTED / "xiaomi108mp.jpg").read_bytes() if size == "108" else two_hundred_million_points()

    said = subprocess.run([sys.executable, "-c", PEAK], input=content, capture_output=True, check=True)

    assert int(said.stdout) < 160  # megabytes; unfolded whole it would be 324 and 600


def headed(content: bytes, *, width: int, height: int) -> bytes:
    """Return a JPEG whose head claims another size."""
    at = next(place for mark in (b"\xff\xc0", b"\xff\xc2") if (place := content.find(mark)) > 0)
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def test_a_jpeg_in_layers_is_refused_where_all_its_layers_would_lie_in_memory() -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "JPEG", progressive=True)

    with pytest.raises(PhotoUnfolds):
        clean_photo(headed(out.getvalue(), width=12_000, height=9_000))


def test_a_jpeg_larger_than_any_telephone_makes_is_refused() -> None:
    with pytest.raises(PhotoUnfolds):
        clean_photo(headed(drawn("RGB", "JPEG"), width=60_000, height=60_000))
