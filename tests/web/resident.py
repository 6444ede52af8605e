"""What the tests of the resident's pages share: answers, files, and a walk through the questions."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from heshi.cases.models import Case
from tests.cast import TOWNSHIPS, VILLAGES

WORDS = "楼上邻居家的卫生间漏水，漏到我家厨房。\n希望有人来看看。"
PHONE = "13900001234"
WHERE = {"township": TOWNSHIPS[0], "village": VILLAGES[0], "place_text": "卫生院后面第二排"}
NAMED = {"contact": "named", "name": "邻居甲", "phone": PHONE}
GPS = 0x8825


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    """Return a photo that remembers where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 1.0, 2.0), 3: "E", 4: (150.0, 1.0, 2.0)})
    out = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def voice(name: str = "录音.amr") -> SimpleUploadedFile:
    """Return a short recording."""
    return SimpleUploadedFile(name, b"#!AMR\n" + b"\x3c" + b"\0" * 200, "audio/amr")


def answer(client: Client, page: str, **given: Any) -> HttpResponse:
    """Answer one page of the report."""
    return client.post(f"/report/{page}", given)  # type: ignore[return-value]


def tell(client: Client, *, what: dict[str, Any] | None = None, where: Any = None, who: Any = None) -> None:
    """Answer every question up to the page that shows all answers."""
    answer(client, "", **(what or {"body": WORDS}))
    answer(client, "where/", **(where or WHERE))
    answer(client, "who/", **(who or NAMED))


def hand_in(client: Client) -> HttpResponse:
    """Press the last button."""
    key = client.get("/report/check/").context["draft"].key
    return answer(client, "check/", key=key)


def reported(client: Client, **answers: Any) -> Case:
    """Report and return the case."""
    tell(client, **answers)
    hand_in(client)
    return Case.objects.get(source="web")


def said_wrong(response: Any) -> list[str]:
    """Return the sentences the page says about mistakes, in order."""
    form = response.context["form"]
    return [str(error) for errors in form.errors.values() for error in errors]
