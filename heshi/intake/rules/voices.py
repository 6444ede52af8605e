"""Voice notes: told by their content, and freed from the notes a telephone writes into them (place, owner, device)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import puremagic

from heshi.common.refusals import Invalid
from heshi.intake.rules.photos import CleanFile

MEGABYTES = 20
MIMES = {
    "m4a": "audio/mp4",
    "3ga": "audio/3gpp",
    "mp4": "video/mp4",
    "amr": "audio/amr",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "webm": "audio/webm",
    "mp3": "audio/mpeg",
    "mpga": "audio/mpeg",
    "aac": "audio/aac",
}
BOX_FILES = frozenset({"m4a", "3ga", "mp4"})
NOTE_BOXES = frozenset({b"udta", b"meta", b"uuid"})
OUTER_BOXES = frozenset({b"moov", b"trak"})


class VoiceTooLarge(Invalid):
    """The recording is bigger than we take."""

    code = "voice_too_large"
    sentence = "录音“{name}”超过 {megabytes} MB，请分成几段，每段说短一点再传。"


class VoiceNotReadable(Invalid):
    """This is not a recording, whatever its name says."""

    code = "voice_not_readable"
    sentence = "“{name}”不是能播放的录音（可用 MP3、M4A、AMR、WAV），请用手机自带的录音机重录一段。"


def clean_voice(content: bytes, *, name: str = "录音") -> CleanFile:
    """Return the recording without its notes; raises VoiceTooLarge or VoiceNotReadable."""
    if len(content) > MEGABYTES * 1024 * 1024:
        raise VoiceTooLarge(name=name, megabytes=MEGABYTES)
    ending = _kind_of(content)
    if ending is None:
        raise VoiceNotReadable(name=name)
    if ending in BOX_FILES:
        content = _without_box_notes(content)
    if ending in {"mp3", "mpga"}:
        content = _without_id3(content)
    return CleanFile(content, MIMES[ending], "mp3" if ending == "mpga" else ending)


def _kind_of(content: bytes) -> str | None:
    try:
        found = {match.extension.lstrip(".") for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return None
    return next((ending for ending in MIMES if ending in found), None)


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, start)
        size = end - start if size == 0 else size
        if size < 8 or start + size > end:
            return
        yield kind, start, start + size
        start += size


def _without_box_notes(content: bytes) -> bytes:
    """Blank out the note boxes in place, so that every offset in the file stays true."""
    bare = bytearray(content)
    open_spans = [(0, len(content))]
    while open_spans:
        for kind, start, end in _boxes(content, *open_spans.pop()):
            if kind in NOTE_BOXES:
                bare[start + 4 : end] = b"free" + bytes(end - start - 8)
            elif kind in OUTER_BOXES:
                open_spans.append((start + 8, end))
    return bytes(bare)


def _without_id3(content: bytes) -> bytes:
    while content[:3] == b"ID3" and len(content) > 10:
        high, third, second, low = content[6:10]
        content = content[10 + (high << 21 | third << 14 | second << 7 | low) :]
    return content[:-128] if content[-128:-125] == b"TAG" else content
