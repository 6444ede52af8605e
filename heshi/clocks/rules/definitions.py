"""What a clock is: one line of law or of local practice, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from heshi.clocks.rules.calendar import NATIONAL, Calendar
from heshi.clocks.terms import NOT_STATUTORY, UNITS, HourStart, Roll, Unit


@dataclass(frozen=True, slots=True)
class Extension:
    """How a clock may be made longer: by how much, how often, by whom, with whose consent."""

    length: int | None  # None: as long as those who must consent agree
    times: int | None  # None: as often as those who must consent agree
    granted_by: tuple[str, ...]
    consent: str = "none"
    max_length: int | None = None
    tell_person: bool = True
    article: str = ""


@dataclass(frozen=True, slots=True)
class NearlyDue:
    """When to warn: so many working days before, or when this share of the length is left."""

    working_days: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True, eq=True)
class ClockDef:
    """One clock of the library. Values only; two equal clocks give equal due dates."""

    code: str
    title: str
    trigger: str
    since: str  # the trigger in words: 受理之日
    length: int
    unit: Unit
    article: str
    source: str
    roll: Roll = "next_working_day"
    hour_start: HourStart = "moment"
    nearly_due: NearlyDue = NearlyDue(working_days=1)
    pause_reasons: tuple[str, ...] = ()
    extension: Extension | None = None
    on_expiry: str = "overdue"
    then: str = ""
    family: str = ""
    verified: bool = True
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    calendar: Calendar = field(default=NATIONAL, repr=False)
    counts: str = ""
    """What the days are called that a clock in local days counts: 赶集日."""
    reference: str = field(default="", compare=False)
    """Why no playbook that ships with Heshi starts it: it is here to be looked up, or for a county's own playbooks."""

    def __hash__(self) -> int:
        # Hashed a thousand times a second as a cache key; equality still looks at everything.
        return hash(self.code)

    @property
    def half_way(self) -> int | None:
        """Half of the length in the clock's own unit; None where only the middle instant makes sense."""
        return self.length // 2 or None if self.unit in ("day", "working_day", "local_day") else None

    @property
    def span(self) -> str:
        """The length in words: 60日, 5个工作日, 立即."""
        if self.unit == "at_once":
            return UNITS["at_once"]
        return f"{self.length}{f'个{self.counts}' if self.counts else UNITS[self.unit]}"

    @property
    def why(self) -> str:
        """Why the date is what it is, for the page: “受理之日起60日 · 信访工作条例第34条”."""
        counted = f"{self.since}{self.span}" if self.unit == "at_once" else f"{self.since}起{self.span}"
        apart = "：" if self.article and not self.article.startswith("第") else ""
        basis = f"{self.source}{apart}{self.article}"
        return f"{counted} · {basis}" if self.verified else f"{counted} · {basis}（{NOT_STATUTORY}）"


@dataclass(frozen=True, slots=True)
class StandingRule:
    """A line of the same laws that is not a span of time: how many persons, no fee, not accepted again."""

    code: str
    title: str
    says: str
    article: str
    source: str
    at_least: int | None = None
    at_most: int | None = None
    measure: str = ""
    family: str = ""
    verified: bool = True
    note: str = ""
