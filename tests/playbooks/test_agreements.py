"""No agreement without a mediation, and none of which nobody counts the days for its confirmation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heshi.clocks.queries import library
from heshi.clocks.terms import IDLE
from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, PlaybookRefused, conditions, load
from heshi.playbooks.rules.agreeing import AGREED, loose_agreements
from heshi.playbooks.rules.shape import Step

CODES = sorted(queries.shelf())
FROM_DISPATCH = {"HL.NORMAL", "HL.COMPLEX", "HL.URGENT", "HL.EMERG", "HL.STD"}


def book(code: str) -> Playbook:
    return queries.from_file(queries.shelf()[code])


def agreeing(playbook: Playbook) -> list[Step]:
    """Return the steps by which a case can come to an agreement."""
    return [
        step
        for step in playbook.steps.values()
        if any(ask.name == "outcome" and {*AGREED} & {*ask.options} for ask in step.asks)
        or any(effects.sets.get("outcome") in AGREED for _at, effects in step.effects())
    ]


def begun_by(playbook: Playbook) -> set[str]:
    """Return every clock that a step, a task or the registration sets going."""
    steps = playbook.steps.values()
    begun = {code for step in steps for _at, effects in step.effects() for code in effects.clocks.begins()}
    begun |= {adding.clock for step in steps for _at, effects in step.effects() for adding in effects.adds}
    begun |= {step.task.clock for step in steps if step.task}
    begun |= {str(row.then) for kind in playbook.tasks.values() for row in kind.clock}
    return begun | set(playbook.opening.begins())


@pytest.mark.parametrize("code", CODES)
def test_an_agreement_comes_only_from_a_mediation_with_notice_and_consent_on_record(code: str) -> None:
    for step in agreeing(book(code)):
        needs = {
            (line.fact, line.how, line.value)
            for line in step.needs.lines
            if isinstance(line, conditions.Test)
        }

        assert {("rights_told", "is", True), ("consent", "is", True)} <= needs, step.code


@pytest.mark.parametrize("code", CODES)
def test_where_people_can_agree_the_thirty_days_for_the_court_begin(code: str) -> None:
    playbook = book(code)

    assert list(loose_agreements(playbook)) == []
    if agreeing(playbook):
        assert "PM.CONFIRM" in begun_by(playbook)
        assert playbook.steps["apply_confirm"].needs


def test_there_is_something_to_look_at() -> None:
    assert sum(bool(agreeing(book(code))) for code in CODES) > 40


@pytest.mark.parametrize("code", CODES)
def test_what_the_law_counts_from_the_dispatch_begins_with_none_earlier(code: str) -> None:
    playbook = book(code)

    assert not FROM_DISPATCH & set(playbook.opening.begins())
    if "accept" in playbook.steps and "dispatch" in playbook.steps:
        effects = playbook.steps["accept"].effects()
        assert not FROM_DISPATCH & {code for _at, each in effects for code in each.clocks.begins()}


@pytest.mark.parametrize("code", CODES)
def test_wherever_a_petition_is_worked_its_notice_runs_and_can_be_given(code: str) -> None:
    playbook = book(code)
    if "XF.HANDLE" not in begun_by(playbook):
        return

    assert "XF.TELL" in begun_by(playbook)
    assert any("XF.TELL" in effects.clocks.stop for step in playbook.steps.values() for _at, effects in step.effects())  # fmt: skip


def test_every_clock_of_the_library_is_begun_somewhere_or_marked_as_reference() -> None:
    begun = {clock for code in CODES for clock in begun_by(book(code))} | {
        IDLE
    }  # which every case begins itself

    assert [code for code, clock in library().items() if not clock.reference and code not in begun] == []
    assert [code for code, clock in library().items() if clock.reference and code in begun] == []


def text_with(outcomes: str, extra: str = "") -> str:
    """Return the six-step method in which the answer can also be what is named here."""
    text = (queries.SHELF / "shulan_liubu.yaml").read_text(encoding="utf-8")
    changed = text.replace("settled_by_self: 自行和解,", f"settled_by_self: 自行和解, {outcomes},").replace(
        "    needs: {response_open: {at_most: 0}}\n    asks:\n      done",
        f"    needs: {{response_open: {{at_most: 0}}{extra}}}\n    asks:\n      done",
    )
    assert changed != text
    return changed


def loaded(text: str) -> Playbook:
    return load(
        file="六步.yaml", text=text, fragments=queries.fragments(), known=queries.known(), schema=queries.schema()
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["agreed_written: 达成书面协议", "agreed_oral: 达成口头协议"])
def test_an_ordinary_answer_cannot_record_an_agreement(outcome: str) -> None:
    with pytest.raises(PlaybookRefused) as refused:
        loaded(text_with(outcome))

    assert "“反馈（答复群众）”能记下达成协议，却不看“已告知权利义务、各方同意调解”" in str(refused.value)


def test_one_that_is_mediated_must_be_counted_too() -> None:
    text = text_with("agreed_oral: 达成口头协议", ", rights_told: true, consent: true").replace(
        "      done: {label: 落实情况",
        "      rights_told: {label: 告知了, type: yes_no}\n      consent: {label: 同意了, type: yes_no}\n      done: {label: 落实情况",
    )

    with pytest.raises(PlaybookRefused) as refused:
        loaded(text)

    assert "记下的协议生效以后没有开始“共同申请司法确认”的期限（PM.CONFIRM）" in str(refused.value)
    assert "却不看" not in str(refused.value)


def test_an_exception_that_leaves_nothing_out_is_a_slip_of_the_pen() -> None:
    playbook = book("canonical")
    named = replace(playbook.steps["agree"], ungated={"confirmation_days": "不知道为什么"})

    found = list(loose_agreements(replace(playbook, steps={**playbook.steps, "agree": named})))

    assert [path for path, _sentence in found] == [("steps", "agree", "ungated", "confirmation_days")]


@pytest.mark.parametrize("code", ["traffic", "labour", "court_pretrial"])
def test_who_leaves_some_agreements_out_says_why_by_the_law(code: str) -> None:
    steps = book(code).steps.values()

    (why,) = [step.ungated["confirmation_days"] for step in steps if "confirmation_days" in step.ungated]
    assert "法" in why or "规定" in why


def test_an_older_copy_that_still_takes_in_confirm_is_read() -> None:
    text = (queries.SHELF / "canonical.yaml").read_text(encoding="utf-8")
    canonical = text.replace("include: [common_acts, ", "include: [common_acts, confirm, ")

    assert "PM.CONFIRM" in begun_by(loaded(canonical))


def test_a_position_where_the_case_rests_keeps_what_it_names() -> None:
    assert book("yifeng_eco").positions["answered"].keeps == ("PM.CONFIRM",)
