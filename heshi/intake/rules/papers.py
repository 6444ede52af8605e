"""Papers that come with a step: told by their content, never by their name, and kept byte for byte.

A contract or a receipt may carry a seal that holds only as long as no byte is changed, so nothing is taken out of it; a photo or a
recording is cleaned as everywhere else.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

from heshi.common.refusals import Invalid
from heshi.intake.rules.photos import CleanFile, PhotoNotReadable, clean_photo, is_heif
from heshi.intake.rules.voices import VoiceNotReadable, clean_voice

MEGABYTES: Final = 20
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM")
PICTURE_ENDINGS: Final = ("jpg", "jpeg", "png", "gif", "webp", "bmp", "heic", "heif", "avif")
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
MIMES: Final = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "docx": f"{OPEN_XML}wordprocessingml.document",
    "xlsx": f"{OPEN_XML}spreadsheetml.sheet",
    "pptx": f"{OPEN_XML}presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
FOLDERS: Final = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
STREAMS: Final = {"WordDocument": "doc", "Workbook": "xls", "PowerPoint Document": "ppt"}
"""By which of its streams an old office file is known; an installer lies in the same kind of container and has none of them."""


class PaperEmpty(Invalid):
    """There is nothing in it."""

    code = "paper_empty"
    sentence = "“{name}”是空的，请打开看一看，换一份有内容的再传。"


class PaperTooLarge(Invalid):
    """The paper is bigger than we take."""

    code = "paper_too_large"
    sentence = "“{name}”超过 {megabytes} MB，请分成几份，或者只传要紧的几页。"


class FileNotTaken(Invalid):
    """This is none of the kinds we take, whatever its name says."""

    code = "file_not_taken"
    sentence = "“{name}”不是能收的文件（可收照片、录音、PDF、OFD、Word、Excel、PPT），请另存成其中一种再传。"


class FileHasMacros(Invalid):
    """The paper brings a program along, which would run at the desk of whoever opens it."""

    code = "file_has_macros"
    sentence = "“{name}”里带有宏程序，不能收，请另存为不带宏的文件或 PDF 再传。"


def clean_file(content: bytes, *, name: str) -> tuple[str, CleanFile]:
    """Return whether it is a photo, a voice note or a paper, and what may be stored of it.

    Raises PaperEmpty, PaperTooLarge, FileNotTaken, FileHasMacros, or what stands against the photo or the recording.
    """
    if not content:
        raise PaperEmpty(name=name)
    if _is_picture(content):
        return "photo", clean_photo(content, name=name)
    if ending := _paper(content, name):
        if len(content) > MEGABYTES * 1024 * 1024:
            raise PaperTooLarge(name=name, megabytes=MEGABYTES)
        return "paper", CleanFile(content, MIMES[ending], ending)
    if name.lower().endswith(PICTURE_ENDINGS):
        raise PhotoNotReadable(name=name)
    try:
        return "voice", clean_voice(content, name=name)
    except VoiceNotReadable as error:
        raise FileNotTaken(name=name) from error


def _is_picture(content: bytes) -> bool:
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return webp or content.startswith(PICTURES) or is_heif(content)


def _paper(content: bytes, name: str) -> str:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _in_a_zip(content, name)
    return _old_office(content, name) if content.startswith(OLD_OFFICE) else ""


def _in_a_zip(content: bytes, name: str) -> str:
    """Look at the names in the file only; nothing is unfolded, so nothing can fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            names = folder.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileNotTaken(name=name) from error
    if any(one.endswith("vbaProject.bin") for one in names):
        raise FileHasMacros(name=name)
    if "OFD.xml" in names:
        return "ofd"
    found = (ending for folder, ending in FOLDERS.items() if any(one.startswith(folder) for one in names))
    return next(found, "") if "[Content_Types].xml" in names else ""


def _old_office(content: bytes, name: str) -> str:
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise FileHasMacros(name=name)
    return next((ending for stream, ending in STREAMS.items() if stream.encode("utf-16-le") in content), "")
