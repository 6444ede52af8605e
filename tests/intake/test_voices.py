"""Voice notes: told by their content, freed from the notes a telephone writes into them."""

from __future__ import annotations

import io
import struct
import wave

import pytest

from heshi.intake.rules.voices import VoiceNotReadable, VoiceTooLarge, clean_voice

PLACE = b"+30.0100+150.0100/"


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def telephone_recording() -> bytes:
    """Return an m4a with a place in its notes, as some telephones write it."""
    notes = box(b"udta", box(b"\xa9xyz", PLACE))
    track = box(b"trak", box(b"tkhd", b"\0" * 20) + box(b"udta", PLACE))
    return (
        box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
        + box(b"moov", box(b"mvhd", b"\0" * 20) + track + notes)
        + box(b"mdat", b"sound")
    )


def test_the_place_is_gone_and_every_other_byte_stays_where_it_was() -> None:
    given = telephone_recording()
    assert given.count(PLACE) == 2

    clean = clean_voice(given)

    assert (clean.mime, clean.ending) == ("audio/mp4", "m4a")
    assert PLACE not in clean.content
    assert len(clean.content) == len(given)
    assert clean.content.endswith(box(b"mdat", b"sound"))


def test_the_notes_of_an_mp3_are_cut_off() -> None:
    sound = b"\xff\xfb\x90\x64" + b"\0" * 400
    given = b"ID3\x03\0\0\0\0\0\x10" + b"made-up owner 01" + sound + b"TAG" + b"owner".ljust(125)

    assert clean_voice(given).content == sound


def spoken() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 800)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (spoken(), "audio/wav"),
        (b"#!AMR\n" + b"\x3c" + b"\0" * 100, "audio/amr"),
        (b"OggS\0\x02" + b"\0" * 22 + b"\x01\x13OpusHead" + b"\0" * 50, "audio/ogg"),
        (
            bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + b"\0" * 50,
            "audio/webm",
        ),
    ],
)
def test_what_telephones_and_browsers_record_is_taken(content: bytes, mime: str) -> None:
    assert clean_voice(content).mime == mime


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 500, b"<script>alert(1)</script>", b"MZ\x90\0" + b"\0" * 300, b"%PDF-1.4\n" + b"a" * 99],
)
def test_what_is_no_recording_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(VoiceNotReadable) as refused:
        clean_voice(content, name="录音.mp3")

    assert "录音.mp3" in str(refused.value)


def test_a_recording_of_more_than_twenty_megabytes_is_refused() -> None:
    with pytest.raises(VoiceTooLarge):
        clean_voice(b"#!AMR\n" + b"\0" * (20 * 1024 * 1024))
