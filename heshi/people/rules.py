"""Who may see what, and which posts exclude each other. Values in, answers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from heshi.people.permissions import May, may
from heshi.people.terms import ADMIN_ROLES, CENTRE_KINDS, CENTRE_PART_KINDS

VILLAGE_SEGMENT, TOWN_SEGMENT = 12, 9


@dataclass(frozen=True, slots=True)
class Held:
    """One post in force: the role, the unit and its kind, and the path of the place it answers for."""

    role: str
    unit_id: UUID
    unit_kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see: files of these units, files at and below these paths, or everything.

    ``duties`` says in which unit each role is held: a mediator of one committee is none in another.
    """

    staff_id: UUID
    roles: frozenset[str] = frozenset()
    unit_ids: frozenset[UUID] = frozenset()
    paths: tuple[str, ...] = ()
    everything: bool = False
    duties: frozenset[tuple[str, UUID]] = field(default=frozenset())
    levels: Mapping[UUID, str] = field(default_factory=dict)
    """At which level of the county each unit of the duties is."""
    neighbours: tuple[str, ...] = ()
    """Those of the paths that are open only because somebody lives and works there: a report about a neighbour is not."""

    def is_masked_for(self, *, unit_id: UUID, path: str) -> bool:
        """Whether this person only checks the file: personal fields stay masked and nothing may be changed.

        A checker who also works at a centre sees that centre's files as her colleagues do, and no others.
        """
        if not self.everything:
            return False
        return unit_id not in self.unit_ids and not any(
            f"{path}/".startswith(f"{own}/") for own in self.paths
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is no file this person may see."""
        return not (self.everything or self.unit_ids or self.paths)


def scope_from(*, staff_id: UUID, posts: Iterable[Held]) -> Scope:
    """Return the scope that these posts give together."""
    held = list(posts)
    centres = without_covered(
        post.path for post in held if sees_place(post) and may([post.role], May.SEE_BELOW_A_CENTRE)
    )
    # A path below another that is held as well says nothing more, and each costs a range in every list.
    whole = without_covered(post.path for post in held if sees_place(post))
    return Scope(
        staff_id=staff_id,
        roles=frozenset(post.role for post in held),
        unit_ids=frozenset(post.unit_id for post in held if sees_unit(post)),
        paths=whole,
        everything=may([post.role for post in held], May.SEE_EVERYTHING_MASKED),
        duties=frozenset((post.role, post.unit_id) for post in held),
        levels={post.unit_id: level_of(post.path) for post in held},
        neighbours=tuple(path for path in whole if path not in centres),
    )


def level_of(path: str) -> str:
    """Return at which level of the county a place is: county, town or village."""
    digits = len(path.rpartition("/")[2])
    return "village" if digits >= VILLAGE_SEGMENT else "town" if digits >= TOWN_SEGMENT else "county"


def sees_place(post: Held) -> bool:
    """Return whether the post opens every file at and below its place."""
    if may([post.role], May.SEE_BELOW_A_CENTRE):
        return post.unit_kind in CENTRE_KINDS or post.unit_kind in CENTRE_PART_KINDS
    return may([post.role], May.SEE_A_VILLAGE) and is_village(post.path)


def sees_unit(post: Held) -> bool:
    """Return whether the post opens the files of its unit; a grid worker with a village sees that instead."""
    return may([post.role], May.SEE_A_UNITS_FILES) or (
        may([post.role], May.SEE_A_VILLAGE) and not is_village(post.path)
    )


def is_village(path: str) -> bool:
    """Return whether a path ends in a village or community."""
    return len(path.rpartition("/")[2]) == VILLAGE_SEGMENT


def without_covered(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths sorted, without those that lie below another."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(f"{upper}/") for upper in kept):
            kept.append(path)
    return tuple(kept)


def other_admin_role(*, role: str, held: Iterable[str]) -> str | None:
    """Return the administrator role already held that excludes this one (等级保护三级: 三员分设), or None."""
    if role not in ADMIN_ROLES:
        return None
    return next((other for other in sorted(held) if other in ADMIN_ROLES and other != role), None)


def overlap(*, from_a: date | None, to_a: date | None, from_b: date | None, to_b: date | None) -> bool:
    """Return whether two spans share a day; an end is the first day outside, None is for ever."""
    return (to_a is None or from_b is None or from_b < to_a) and (
        to_b is None or from_a is None or from_a < to_b
    )
