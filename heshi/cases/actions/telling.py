"""Telling: what an event says to whom becomes notices, each once. A consequence, drawn after the event was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from heshi.cases.models import Case, Event, Party, Tie
from heshi.cases.queries.addressing import Desks
from heshi.cases.queries.outgoing import Happened
from heshi.cases.record import Entry, entry_of
from heshi.cases.rules.folding import State, apply
from heshi.cases.rules.saying import Occasion, said
from heshi.common.numbers import spoken
from heshi.notices.actions import built, queue
from heshi.notices.models import Notice
from heshi.notices.queries import told_of
from heshi.notices.rules import INBOX, Addressee, Way, resident, way_to
from heshi.notices.terms import Words
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules import Told


def tell(happened: Sequence[Happened]) -> None:
    """Queue the notices of these events; seeing an event again tells nobody twice, whoever holds the posts by then.

    Each case is folded up to the event, so a notice that is made late still speaks of the case as it was.
    """
    wanted: dict[tuple[int, UUID], set[int]] = {}
    for one in happened:
        wanted.setdefault((one.county, one.case_id), set()).add(one.number)
    desks = Desks()
    for county in {county for county, _case in wanted}:
        own = {case: numbers for (place, case), numbers in wanted.items() if place == county}
        # Desks are those of today. An event is told whole or not at all, so whatever told anybody then has told everybody.
        told = told_of(county, own)
        acts = (act for act in _acts(county, own) if told.isdisjoint(act.places()))
        queue([notice for act in acts for notice in _notices(act, desks)])


@dataclass(frozen=True, slots=True)
class _Act:
    """An event that tells somebody: its case, its number there, and what it says of the case as it stood then."""

    case: Case
    number: int
    about: Occasion

    def once(self, place: int) -> str:
        """Return by what it is known that one of those it tells was told."""
        return f"{self.case.pk.hex}/{self.number}/{place}"

    def places(self) -> list[str]:
        """Return the same for all whom it tells."""
        return [self.once(place) for place in range(len(self.about.body.tells))]


def _acts(county: int, wanted: Mapping[UUID, set[int]]) -> Iterator[_Act]:
    cases = Case.objects.filter(county=county, pk__in=wanted).in_bulk()
    for key, entries in _histories(county, wanted).items():
        state = State()
        for entry in entries:
            # The name of the unit and the day stand in the notice as they were then, however late it is made.
            apply(state, number=entry.number, went_to=entry.went_to, at=entry.at, body=entry.body)
            if entry.number in wanted[key] and entry.body.tells:
                yield _Act(cases[key], entry.number, _occasion(cases[key], entry, state))


def _histories(county: int, cases: Iterable[UUID]) -> Mapping[UUID, list[Entry]]:
    """Return the whole history of each case that has something to tell."""
    found: dict[UUID, list[Entry]] = {}
    for event in Event.objects.filter(county=county, case_id__in=cases).order_by("case_id", "number"):
        found.setdefault(event.case_id, []).append(entry_of(event))
    return found


def _occasion(case: Case, entry: Entry, state: State) -> Occasion:
    return Occasion(
        spoken(case.number), entry.step, entry.at, entry.body, state, playbook(UUID(state.text("playbook")))
    )


def _notices(act: _Act, desks: Desks) -> Iterator[Notice]:
    """Yield the notices of an act: who would read the same words twice at one desk reads them once."""
    together: dict[tuple[Words, UUID | None, str], list[tuple[int, Addressee]]] = {}
    for place, tell in enumerate(act.about.body.tells):
        if tell.who == "resident":
            yield from _to_residents(act, place, tell, desks)
        elif told := said(act.about, tell, desks.name):
            to = desks.addressee(act.about, tell)
            together.setdefault((told, to.unit, to.kind), []).append((place, to))
    for (told, _unit, _kind), readers in together.items():
        yield from _to_staff(act, told, readers, desks)


def _to_staff(
    act: _Act, told: Words, readers: Sequence[tuple[int, Addressee]], desks: Desks
) -> Iterator[Notice]:
    if readers[0][1].kind == "unit":
        readers = [
            (readers[0][0], replace(readers[0][1], roles=_either([to.roles for _place, to in readers])))
        ]
    for place, to in readers:
        tell = act.about.body.tells[place]
        where = desks.manned(act.about, to, tell)
        shown = told if where.unit == to.unit else desks.handed_up(told, to)
        yield _built(act, place, where, shown, alike=f"{shown.subject}/{tell.about or tell.say}")


def _either(roles: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the roles that several desks of one unit name; none of them where one is for everybody there."""
    return frozenset().union(*roles) if all(roles) else frozenset()


def _to_residents(act: _Act, place: int, tell: Told, desks: Desks) -> Iterator[Notice]:
    """Yield the notices to whoever reported the case, and to everybody whose report became part of it, by their own numbers."""
    for case in _reported(act):
        if told := said(replace(act.about, number=spoken(case.number)), tell, desks.name):
            yield _built(act, place, resident(case.pk, _way_to(case)), told, case)


def _reported(act: _Act) -> Iterator[Case]:
    yield act.case
    if act.about.state.number("reporters") > 1:
        ties = Tie.objects.filter(county=act.case.county, other=act.case, how="merged", at__lte=act.about.at)
        yield from (tie.case for tie in ties.select_related("case").order_by("at"))


def _way_to(case: Case) -> Way:
    party = Party.objects.filter(county=case.county, case_id=case.pk, role="reporter").first()
    return way_to(phone=party.phone, email=party.email, address=party.address) if party else INBOX


def _built(
    act: _Act, place: int, to: Addressee, told: Words, case: Case | None = None, *, alike: str = ""
) -> Notice:
    whose = case or act.case
    return built(
        county=whose.county, to=to, said=told, about=act.about.step, once=act.once(place),
        at=act.about.at, alike=alike, case_id=whose.pk, number=whose.number,
    )  # fmt: skip
