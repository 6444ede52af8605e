"""Files sent with a step: kept before the step is judged, so that a refusal costs nobody an upload.

Where a page speaks of a real case, or registers one, `WaitingKeeper` keeps them; where it only pretends, `Pretending` gives made-up
names and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from heshi.cases.models import Attachment, Case
from heshi.cases.queries.papers import waiting_under
from heshi.common.keys import key_from
from heshi.common.refusals import Invalid, Refusal
from heshi.intake.actions import Waiting, keep_for_step, let_go
from heshi.intake.rules.papers import PaperTooLarge
from heshi.intake.rules.photos import MEGABYTES
from heshi.playbooks.rules import Ask, Step
from heshi.playbooks.rules.asking import MOST_FILES

Uploads = MultiValueDict[str, UploadedFile[Any]]
REMOVE: Final = "remove"
"""What the button beside a kept file sends: the question and the file."""
AT_LEAST_ONE: Final = 1


class TooManySent(Invalid):
    """More files than the question takes."""

    code = "too_many_files_sent"
    sentence = "“{label}”最多收 {most} 个文件，没有留下：{names}。请挑最能说明问题的。"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file that waits for its step; ``address`` opens it, empty where there is nothing to open."""

    key: str
    name: str
    kind: str
    size: int
    address: str = ""


class Keeper(Protocol):
    """Where the files of a page's steps wait."""

    @property
    def pretends(self) -> bool:
        """Whether nothing is really sent."""

    def take(self, asked: str, upload: UploadedFile[Any]) -> KeptFile:
        """Keep one file for a question; raises what stands against it."""

    def kept(self, keys: Iterable[str]) -> Sequence[KeptFile]:
        """Return those of these files that are really there."""

    def drop(self, key: str) -> None:
        """Let one file go."""

    def first(self, ask: Ask) -> Sequence[KeptFile]:
        """Return what lies there before anything was sent."""


@dataclass(frozen=True, slots=True)
class WaitingKeeper:
    """Keeps what one person sends for one case, there already or being registered; ``by`` is her mark, ``opens`` the address of a file."""

    county: int
    waits_for: UUID
    by: str
    opens: Callable[[UUID], str]
    pretends: bool = False

    def take(self, asked: str, upload: UploadedFile[Any]) -> KeptFile:
        """Keep a file; a huge one is refused before it is read."""
        name = upload.name or ""
        if (upload.size or 0) > MEGABYTES * 1024 * 1024:
            raise PaperTooLarge(name=name, megabytes=MEGABYTES)
        waiting = Waiting(self.waits_for, self.by, asked)
        return self._seen(keep_for_step(waiting=waiting, name=name, content=upload.read(), at=timezone.now()))

    def kept(self, keys: Iterable[str]) -> Sequence[KeptFile]:
        """Return those of these files that wait for her step on this case, in their order."""
        wanted = [key for word in keys if (key := key_from(word))]
        found = self._waiting().in_bulk(wanted) if wanted else {}
        return [self._seen(found[key]) for key in dict.fromkeys(wanted) if key in found]

    def drop(self, key: str) -> None:
        """Delete a file of hers; somebody else's is not there for her."""
        named = key_from(key)
        if named and (found := self._waiting().filter(pk=named).first()):
            let_go(found)

    def first(self, ask: Ask) -> Sequence[KeptFile]:  # noqa: ARG002 -- a real case asks nothing of the question
        """Return nothing: only what is sent is there."""
        return ()

    def _waiting(self) -> QuerySet[Attachment]:
        return waiting_under(self.county, self.waits_for, self.by)

    def _seen(self, one: Attachment) -> KeptFile:
        return KeptFile(str(one.pk), one.name, one.kind, one.size, self.opens(one.pk))


def keeper_of(case: Case, by: str, opens: Callable[[UUID], str]) -> WaitingKeeper:
    """Return what keeps the files that a person sends for steps on a case."""
    return WaitingKeeper(case.county, case.pk, by, opens)


class Pretending:
    """Keeps nothing: in a pretend case there are files with made-up names."""

    pretends = True

    def take(self, asked: str, upload: UploadedFile[Any]) -> KeptFile:
        """Return the name alone."""
        name = upload.name or asked
        return KeptFile(name, name, "paper", 0)

    def kept(self, keys: Iterable[str]) -> Sequence[KeptFile]:
        """Return a file for each name."""
        return [KeptFile(name, name, "paper", 0) for name in dict.fromkeys(keys) if name]

    def drop(self, key: str) -> None:
        """There is nothing to let go."""

    def first(self, ask: Ask) -> Sequence[KeptFile]:
        """Return as many made-up files as are asked for at least."""
        count = max(AT_LEAST_ONE, int(ask.at_least or AT_LEAST_ONE))
        return self.kept(f"{ask.label}{number}（假设）" for number in range(1, count + 1))


PRETENDING: Final = Pretending()


def kept_of(
    step: Step, data: QueryDict, uploads: Uploads, keeper: Keeper
) -> tuple[QueryDict, dict[str, str]]:
    """Keep what was sent along; return the sent words with the keys of everything kept, and what was wrong, by question.

    A file that cannot be kept never costs the others.
    """
    given, wrong = data.copy(), dict[str, str]()
    asks = [ask for ask in step.asks if ask.type == "files"]
    for ask in asks:
        keys, said = all_kept(ask, data.getlist(ask.name), uploads.getlist(ask.name), keeper)
        given.setlist(ask.name, keys)
        if said:
            wrong[ask.name] = said
    return given, wrong


def all_kept(
    ask: Ask, keys: list[str], uploads: list[UploadedFile[Any]], keeper: Keeper
) -> tuple[list[str], str]:
    """Keep these uploads beside what is kept already; return the keys of all, and what was wrong."""
    said: list[str] = []
    most = min(int(ask.at_most or MOST_FILES), MOST_FILES)
    beyond: list[str] = []
    for upload in uploads:
        if len(keys) >= most:
            beyond.append(upload.name or "")
            continue
        try:
            keys.append(keeper.take(ask.name, upload).key)
        except Refusal as refusal:
            said.append(str(refusal))
    if beyond:
        said.append(str(TooManySent(label=ask.label, most=most, names="、".join(beyond))))
    return list(dict.fromkeys(keys)), "".join(said)


def without_removed(data: QueryDict, keeper: Keeper) -> QueryDict:
    """Let go of the file whose button was pressed; return the sent words without it."""
    asked, _colon, key = str(data[REMOVE]).partition(":")
    keeper.drop(key)
    given = data.copy()
    given.setlist(asked, [one for one in data.getlist(asked) if one != key])
    return given
