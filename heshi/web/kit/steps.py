"""One step as every page shows it: its button with a form, and the same form again when the step could not be taken.

A page draws ``buttons_of`` what the playbook offers. Where one is pressed it calls ``pressed``, and gets what came of the step, or a
``SentStep`` to draw the page around: beside the form if the step is still possible, else with the typed words to copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.forms import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from heshi.cases.models import Case
from heshi.common.refusals import Conflict, Refusal
from heshi.playbooks.rules import Playbook, Situation, Step, decide, offered, offered_on
from heshi.understanding.rules.suggesting import only_guessed
from heshi.web.kit.asks import AskForm, FilesAnswer
from heshi.web.kit.choices import People, choices_for, nobody
from heshi.web.kit.forms import PageForm
from heshi.web.kit.keeping import (
    PRETENDING,
    REMOVE,
    Keeper,
    Uploads,
    kept_of,
    without_removed,
)

KNOWN: Final = ("kind", "topic", "place", "unit")
"""What a step often asks for and the case has an answer to already."""
NOTHING: Final[tuple[object, ...]] = (None, "", [])
MOST_DIGITS: Final = 5
TICKED: Final = frozenset({"units", "files", "staffs"})
"""Types of question whose answer is sent as several values."""
Answers = dict[str, object]
T = TypeVar("T")


class StepGone(Conflict):
    """The form lay open while the case went over to another playbook, and that has no such step."""

    code = "step_gone"
    sentence = "案件已经改按“{title}”办理，那里没有“{step}”这一步；请看过最新进展后再办。"


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as a page was drawn from it: how far it had come, what is known of it, and who can be named in it."""

    revision: int
    known: Mapping[str, str]
    people: People = nobody
    keeper: Keeper = PRETENDING


@dataclass(frozen=True, slots=True)
class StepButton:
    """One step that can be taken now, with its form; ``task`` is nought for the case itself, ``is_open`` when the form lies open."""

    step: Step
    form: PageForm
    task: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SentStep:
    """A step that was sent and not taken: its button with everything typed, and what stands against it."""

    button: StepButton
    seen: int
    refusal: Refusal | None = None
    is_wrong: bool = True
    """Whether something has to be put right; not so after a file was taken out."""

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        return self.refusal.status if self.refusal else 422 if self.is_wrong else 200

    def answers(self) -> Answers | None:
        """Return what was answered, files aside, which are handed in once; None where something cannot be read as an answer."""
        form = self.button.form
        files = {ask.name for ask in self.button.step.asks if ask.type == "files"}
        if not form.is_valid() and set(form.errors) - files:
            return None
        return {name: value for name, value in _answers(form).items() if name not in files}

    def said(self, there: Iterable[StepButton]) -> dict[str, object]:
        """Return what ``parts/step_wrong.html`` says, on a page that shows these buttons."""
        possible = any(button is self.button for button in there)
        return {
            "refusal": str(self.refusal or ""),
            "possible": possible,
            "form": self.button.form if possible else None,
            "typed": [] if possible else typed_in(self.button.form),
        }


def seen_case(case: Case, keeper: Keeper, people: People = nobody) -> SeenCase:
    """Return a case as a page is drawn from it now; ``keeper`` has the files that wait for its steps."""
    known = {"kind": case.kind, "topic": case.topic, "place": case.place, "unit": str(case.unit_id)}
    # Filled in, a guess would be sent along unread and pass for what somebody has said.
    known |= dict.fromkeys(only_guessed(case.facts), "")
    return SeenCase(case.revision, known, people, keeper)


def buttons_of(
    seen: SeenCase, steps: Sequence[Step], *, task: int = 0, sent: SentStep | None = None, lies_open: Step | None = None
) -> list[StepButton]:  # fmt: skip
    """Return a button for each step; one that was sent comes back as it was, and none else lies open beside it."""
    return [
        sent.button
        if sent and (sent.button.step.code, sent.button.task) == (step.code, task)
        else StepButton(step, step_form(seen, step, task=task), task, is_open=not sent and step is lies_open)
        for step in steps
    ]


def step_form(
    seen: SeenCase, step: Step, data: QueryDict | None = None, *, task: int = 0, typed: Answers | None = None
) -> PageForm:
    """Return the form of a step, prefilled with what is known or ``typed``, or filled with what was sent."""
    choices = choices_for(step, topic=seen.known.get("topic", ""), people=seen.people)
    known: dict[str, object] = {name: seen.known.get(name, "") for name in KNOWN}
    known |= {
        ask.name: [file.key for file in seen.keeper.first(ask)] for ask in step.asks if ask.type == "files"
    }
    mark = f"{step.code}-{task}" if task else step.code
    initial = known | {"revision": seen.revision} | dict(typed or {})
    return AskForm(step.asks, choices, seen.keeper, data, initial=initial, auto_id=f"{mark}_%s")


def pressed(
    seen: SeenCase, step: Step, data: QueryDict, *, task: int, unmoved: Callable[[int], None], take: Callable[[Answers], T],
    allowed: Callable[[], None], newest: Callable[[], SeenCase], uploads: Uploads | None = None,
) -> T | SentStep:  # fmt: skip
    """Take a step with what was sent, and return what ``take`` returns; else what the page has to show.

    ``uploads`` are kept first: whatever stands against the step, nobody sends a file twice.

    ``unmoved`` raises what is said to whoever saw a revision since which the case moved: she learns that before she is asked to fill
    in more. ``allowed`` raises what
    stands against the step itself, and is asked when the form was filled in wrongly; ``newest`` gives the case after a refusal.
    """
    if REMOVE in data:
        return typed_before(seen, step, without_removed(data, seen.keeper), task)
    data, wrong = kept_of(step, data, uploads or MultiValueDict(), seen.keeper)
    form = _checked(step_form(seen, step, data, task=task), wrong)
    good = form.is_valid()
    revision = form.cleaned_data.get("revision") or 0
    try:
        # Before what is missing in the form: on a case that moved on the same step may ask for other things.
        unmoved(revision)
        if good:
            return take(_answers(form))
        allowed()
    except Refusal as refusal:
        return SentStep(_again(newest(), step, data, task), revision, refusal)
    return SentStep(StepButton(step, form, task, is_open=True), revision)


def _checked(form: PageForm, wrong: Mapping[str, str]) -> PageForm:
    """Return a form with what was wrong about its files said beside them."""
    for name, sentence in wrong.items():
        form.errors.pop(name, None)  # “please choose” beside “this one is too large” would say the same twice
        form.add_error(name, sentence)
    return form


def typed_before(seen: SeenCase, step: Step, data: QueryDict, task: int) -> SentStep:
    """Return the form as it was typed, with nothing said against it: a file was taken out, or she had to sign in first."""
    listed = {ask.name for ask in step.asks if ask.type in TICKED}
    typed: Answers = {name: data.getlist(name) if name in listed else data.get(name) for name in data}
    form = step_form(seen, step, task=task, typed=typed)
    return SentStep(StepButton(step, form, task, is_open=True), seen.revision, is_wrong=False)


def check_offered(book: Playbook, here: Situation, step: Step) -> None:
    """Raise what the engine has against a step, whatever the answers; ``here`` names the task it is taken on."""
    on = next((task for task in here.tasks if task.number == here.task), None)
    if step not in (offered_on(book, here, on) if on else offered(book, here)):
        decide(book, here, step.code, {})


def check_still_there(book: Playbook, step: Step) -> None:
    """Raise StepGone for a step of a playbook by which the case lived before, and which today's no longer has."""
    if step.code not in book.steps:
        raise StepGone(title=book.title, step=step.label)


def task_in(text: str) -> int:
    """Return the number of the task that an address or a form names; nought for the case itself."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def typed_in(form: PageForm) -> list[tuple[str, str]]:
    """Return what somebody typed into a form that can no longer be sent, so that it is not lost."""
    return [(str(field.label), words) for field in form.visible_fields() if (words := _typed(field))]


def _typed(field: BoundField) -> str:
    given = field.value()
    labels = {str(code): str(label) for code, label in getattr(field.field, "choices", ())}
    some = given if isinstance(given, list) else [given]
    if isinstance(field.field, FilesAnswer):
        return "、".join(file.name for file in field.field.keeper.kept(some))
    return "、".join(labels.get(str(one), str(one)) for one in some if one not in NOTHING)


def _answers(form: PageForm) -> Answers:
    return {
        name: value
        for name, value in form.cleaned_data.items()
        if name != "revision" and value not in NOTHING
    }


def _again(newest: SeenCase, step: Step, data: QueryDict, task: int) -> StepButton:
    """Return the form as it was typed, speaking from now on about the case as it stands."""
    # She decides about the case as it now stands; sent with the old number the same words would be refused for ever.
    renewed = data.copy()
    renewed["revision"] = str(newest.revision)
    return StepButton(step, step_form(newest, step, renewed, task=task), task, is_open=True)
