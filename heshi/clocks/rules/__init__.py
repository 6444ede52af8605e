"""Time arithmetic of law and practice: values in, instants out; no wall clock, no database, no disk."""

from heshi.clocks.rules.bounds import bound_in_words, day_in_words, earliest
from heshi.clocks.rules.calendar import NATIONAL, Calendar, CalendarGap, CalendarYearUnknown
from heshi.clocks.rules.changing import Pause, check_pause, extended, granted_length, paused_due
from heshi.clocks.rules.counting import (
    SHANGHAI,
    MomentWithoutZone,
    due_at,
    due_on,
    half_way_at,
    in_time,
    nearly_due_at,
    nearly_due_before,
    stage,
)
from heshi.clocks.rules.definitions import ClockDef, Extension, NearlyDue, StandingRule
from heshi.clocks.rules.freezing import frozen, thawed
from heshi.clocks.rules.planning import ClockPlan, earliest_due_at, plan, replan
from heshi.clocks.rules.stated import MomentUnreadable, moment_in

__all__ = [
    "NATIONAL",
    "SHANGHAI",
    "Calendar",
    "CalendarGap",
    "CalendarYearUnknown",
    "ClockDef",
    "ClockPlan",
    "Extension",
    "MomentUnreadable",
    "MomentWithoutZone",
    "NearlyDue",
    "Pause",
    "StandingRule",
    "bound_in_words",
    "check_pause",
    "day_in_words",
    "due_at",
    "due_on",
    "earliest",
    "earliest_due_at",
    "extended",
    "frozen",
    "granted_length",
    "half_way_at",
    "in_time",
    "moment_in",
    "nearly_due_at",
    "nearly_due_before",
    "paused_due",
    "plan",
    "replan",
    "stage",
    "thawed",
]
