"""Who and what stands for the made-up names of a load: real units, a real person, a case that stays open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TypedDict
from uuid import UUID

from django.utils import timezone

from heshi.cases.actions import RESIDENT, SYSTEM, Actor, NewFile, OpeningGround, open_files
from heshi.cases.models import Attachment, Case
from heshi.cases.queries import definitions_for
from heshi.cli.bench.words import message
from heshi.clocks.rules import ClockDef
from heshi.common.keys import new_key
from heshi.common.values import Json
from heshi.people.actions import found_unit
from heshi.people.models import Post
from heshi.people.queries import county_centre
from heshi.places.models import Division
from heshi.places.queries import county_code, division_path
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook
from heshi.rehearsal.rules.answering import PLACE, UNITS

KIND = "line_department"


class Arrival(TypedDict):
    """How a made-up case comes in."""

    number: str
    at: str
    source: str
    kind: str
    topic: str


class MadeUpAct(TypedDict):
    """Who did what when, with which answers."""

    at: str
    step: str
    by: str
    task: int
    answers: dict[str, Json]


class Rest(TypedDict):
    """Where a made-up case came to rest."""

    position: str
    outcome: str


class MadeUpCase(Arrival):
    """A line of a load."""

    end: Rest
    acts: list[MadeUpAct]


@dataclass(frozen=True, slots=True)
class Cast:
    """The county as the acts of a load find it."""

    version: UUID
    playbook: Playbook
    clocks: Mapping[str, ClockDef]
    county: int
    units: Mapping[str, UUID]
    staff: UUID
    centre: UUID
    path: str
    main: str = ""

    def file(self, case: Arrival) -> tuple[NewFile, OpeningGround]:
        """Return a made-up case as it is written at the door."""
        at = datetime.fromisoformat(case["at"])
        title, body = message(Random(case["number"]))  # noqa: S311 -- the same words each time
        file = NewFile(
            source=case["source"], source_key=case["number"], title=title, body=body, kind=case["kind"], topic=case["topic"],
            unit_id=self.centre, playbook_id=self.version, said_at=at, place=PLACE, path=self.path,
            parties=[{"role": "reporter", "name": "群众", "phone": "13800000000"}],
        )  # fmt: skip
        return file, OpeningGround(
            self.county, at, {self.version: self.clocks}, {self.version: self.playbook}
        )

    def open(self, file: NewFile, ground: OpeningGround) -> UUID:
        """Open one file; return its key."""
        (opened,) = open_files(files=[file], ground=ground, actor=RESIDENT)
        return opened.case_id

    def actor(self, by: str) -> Actor:
        """Return who acts in a role."""
        others = {"resident": RESIDENT, "system": SYSTEM}
        return others.get(by) or Actor("staff", self.staff, by, frozenset({by}))

    def answers(self, act: MadeUpAct, case: UUID, by: str) -> dict[str, Json]:
        """Return the answers of an act with real names for made-up ones; made-up files wait for the case, as sent ones would."""
        step = self.playbook.steps.get(act["step"])
        types = {ask.name: ask.type for ask in step.asks} if step else {}
        return {
            name: _sent(name, len(answer), case, by)
            if types.get(name) == "files" and isinstance(answer, list)
            else self._real(types.get(name, ""), answer)
            for name, answer in act["answers"].items()
        }

    def _real(self, kind: str, answer: Json) -> Json:
        match kind:
            case "unit":
                return str(self.units[str(answer)])
            case "units" if isinstance(answer, list):
                return [str(self.units[str(code)]) for code in answer]
            case "staff":
                return str(self.staff)
            case "staffs":
                return [str(self.staff)]
            case "case":
                return self.main
            case _:
                return answer


def _sent(asked: str, count: int, case: UUID, by: str) -> list[Json]:
    """Return the keys of so many files that wait for a step; there is nothing behind them on the disk."""
    made = [
        Attachment(
            id=new_key(), county=county_code(), kind="photo", name="测量.jpg", mime="image/jpeg", size=0, sm3="", stored_as="",
            at=timezone.now(), asked=asked, waits_for=case, waits_by=by,
        )
        for _number in range(count)
    ]  # fmt: skip
    return [str(one.pk) for one in Attachment.objects.bulk_create(made)]


def cast_for(version: UUID, first: datetime) -> Cast:
    """Return the cast of a load whose first case comes in at that moment, with its units founded and its main case open."""
    playbook = playbook_of(version)
    cast = Cast(
        version=version,
        playbook=playbook,
        clocks=definitions_for(playbook),
        county=county_code(),
        units=dict(_units()),
        staff=_one_for_all(),
        centre=county_centre().pk,
        path=division_path(PLACE),
    )
    key = cast.open(*cast.file(_main(first)))
    return replace(cast, main=Case.objects.get(pk=key).number)


def _one_for_all() -> UUID:
    """Return who plays every member of staff: somebody with the whole county in sight, since she merges cases too."""
    posts = Post.objects.filter(role="dispatcher", unit=county_centre(), staff__is_active=True)
    return posts.order_by("staff__username").values_list("staff_id", flat=True)[0]


def _main(at: datetime) -> Arrival:
    """Return the case into which others are merged: nobody works on it, so that it stays open."""
    return {"number": "main", "at": at.isoformat(), "source": "import", "kind": "complaint", "topic": "18"}


def _units() -> Iterator[tuple[str, UUID]]:
    place = Division.objects.get(code=PLACE)
    for code, presence in UNITS.items():
        unit = found_unit(code=code, name=f"测量单位{code[-2:]}", kind=KIND, place=place, presence=presence)
        yield code, unit.pk
