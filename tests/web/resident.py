"""What the tests of the resident's pages share: answers, files, and a walk through the questions."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from heshi.cases.models import Case
from heshi.web.resident.draft import ReportDraft
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


def tab(client: Client) -> str:
    """Return the key of the tab in which she writes; a new one where she has none, or handed hers in."""
    key = getattr(client, "tab", "")
    return key if key and client.get(f"/report/?draft={key}").status_code == 200 else new_tab(client)


def new_tab(client: Client) -> str:
    """Open the first question in a new tab and return its key."""
    key = client.get("/report/")["Location"].partition("draft=")[2]
    client.tab = key  # type: ignore[attr-defined]
    return key


def proof(client: Client, key: str) -> str:
    """Return what the page of a tab says of itself when it is sent."""
    page = client.get(f"/report/?draft={key}")
    return str(page.context["draft"].proof)


def opened(client: Client, page: str = "", *, check: bool = False) -> Any:
    """Open a page of the report in her tab."""
    return client.get(f"/report/{page}?draft={tab(client)}{'&check=1' if check else ''}")


def draft_of(client: Client) -> ReportDraft:
    """Return what she has said so far in her tab."""
    return opened(client).context["draft"]  # type: ignore[no-any-return]


def answer(client: Client, page: str, **given: Any) -> HttpResponse:
    """Answer one page of the report in her tab."""
    key = tab(client)
    return client.post(f"/report/{page}?draft={key}", {"draft": proof(client, key), **given})  # type: ignore[return-value]


def tell(client: Client, *, what: dict[str, Any] | None = None, where: Any = None, who: Any = None) -> None:
    """Answer every question up to the page that shows all answers."""
    answer(client, "", **(what or {"body": WORDS}))
    answer(client, "where/", **(where or WHERE))
    answer(client, "who/", **(who or NAMED))


def hand_in(client: Client) -> HttpResponse:
    """Press the last button."""
    return answer(client, "check/", stamp=opened(client, "check/").context["draft"].stamp)


def reported(client: Client, **answers: Any) -> Case:
    """Report and return the case."""
    tell(client, **answers)
    hand_in(client)
    return Case.objects.get(source="web")


def said_wrong(response: Any) -> list[str]:
    """Return the sentences the page says about mistakes, in order."""
    form = response.context["form"]
    return [str(error) for errors in form.errors.values() for error in errors]
