"""Every method is walked through the doors that people use: registered at the window, each act on its own page, rated by her.

The stories are those of test_scenarios; here nobody calls the engine. What is refused must be refused at the door, too.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from heshi.cases.models import Case
from heshi.cases.queries import state_of
from heshi.cases.terms import KINDS
from heshi.journey.actions import tick
from heshi.people.models import Staff
from heshi.places.queries import county_code
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.playbooks.rules import Ask
from heshi.routing.models import RuleRow, RuleSet
from heshi.routing.queries import forget
from heshi.web.kit.following import allow
from heshi.web.kit.names import names
from tests.cast import NOON, County
from tests.playbooks.scenario import FOLDER, Stage, _answer, _opened, _task, moment, scenario, staged
from tests.web.resident import said_wrong

STORIES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
MADE_FROM_OTHERS = ("source_fix", "gucheng")
"""What nobody brings to the window: made from cases that are there."""
COUNTY_DIGITS = 6


def picture(name: str) -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(drawn, "JPEG")
    return SimpleUploadedFile(f"{name}.jpg", drawn.getvalue(), "image/jpeg")


class Walker:
    """Plays a story by posting forms, at the moments the story names."""

    def __init__(self, stage: Stage, clock: list[datetime]) -> None:
        self.stage, self.clock = stage, clock
        self.phones: list[str] = []

    def open(self, given: Mapping[str, Any]) -> None:
        """Register what somebody says at the window."""
        self.clock[0] = moment(given["at"])
        fits = given.get("source") == "window" and not {"facts", "visit"} & given.keys()
        if not fits or self.stage.playbook.code in MADE_FROM_OTHERS or given["kind"] not in KINDS:
            self.stage.cases.append(_opened(self.stage, given))
            self.phones.append("")
            return
        unit = self.stage.units[given.get("unit", "county_centre")]
        route_to(unit.code, self.stage.playbook.code)
        forget()
        desk = signed_in(self.stage.person("front_desk@county_centre"))
        place = str(given.get("place", "990100001001"))
        form = {
            "body": given["words"], "kind": given["kind"], "topic": str(given["topic"]), "phone": given.get("phone", ""),
            "place": place if len(place) > COUNTY_DIGITS else "", "key": str(uuid4()), "visit": str(uuid4()),
        }  # fmt: skip
        answer = desk.post("/desk/window/", form)
        assert answer.status_code == 302, said_wrong(answer)
        self.stage.cases.append(Case.objects.latest("id"))
        self.phones.append(str(given.get("phone", "")))

    def act(self, act: Mapping[str, Any], number: int) -> str:
        """Play one act; return what went astray, or nothing."""
        self.clock[0] = moment(act["at"])
        if act.get("tick"):
            tick(at=self.clock[0])
            return ""
        index = act.get("case", 1) - 1
        case = Case.objects.get(pk=self.stage.cases[index].pk)
        revision = case.revision
        status = self._pressed(case, act, self.phones[index])
        moved = Case.objects.get(pk=case.pk).revision != revision
        if moved == bool(act.get("refused")):
            return f"第 {number} 步 {act['does']}：应当{act.get('refused') or '办成'}，页面答 {status}"
        return ""

    def _pressed(self, case: Case, act: Mapping[str, Any], phone: str) -> int:
        task = _task(self.stage, state_of(case), act["task"]).number if "task" in act else 0
        step = self.stage.playbook.steps.get(act["does"])
        asks = {ask.name: ask for ask in step.asks} if step else {}
        form: dict[str, Any] = {
            name: typed(asks.get(name), _answer(self.stage, value))
            for name, value in act.get("with", {}).items()
        }
        form["revision"] = case.revision
        if act["by"] == "resident":
            return self._by_her(case, act["does"], form | {"task": task}, phone)
        desk = signed_in(self.stage.person(act["by"]))
        where = f"tasks/{task}" if task else "steps"
        names.forget()
        return desk.post(f"/desk/cases/{case.number}/{where}/{act['does']}", form).status_code

    def _by_her(self, case: Case, step: str, form: dict[str, Any], phone: str) -> int:
        client = Client()
        follow(client, case, phone)
        return client.post(f"/follow/{case.number}/step/{step}", form).status_code


def route_to(unit: str, playbook: str) -> None:
    """Put a rule in force that sends everything there.

    Written as it is stored: loading it would ask for posts at that one unit for every step, and a story moves on to others.
    """
    RuleSet.objects.filter(active=True).update(active=False)
    rules = RuleSet.objects.create(
        county=county_code(), version=RuleSet.objects.count() + 1, digest=f"{RuleSet.objects.count()}", text="", loaded_at=NOON, active=True
    )  # fmt: skip
    RuleRow.objects.create(rule_set=rules, code="all", priority=1, target=unit, playbook=playbook, line=1)


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def follow(client: Client, case: Case, phone: str) -> None:
    """Let her find her case as she does; who has no telephone comes with the session that her receipt opened."""
    if phone:
        client.post("/follow/", {"number": case.number, "last_four": phone[-4:]})
        return
    session = client.session
    allow(session, case.number)
    session.save()


def typed(ask: Ask | None, value: Any) -> Any:
    """Return an answer as a person types or ticks it."""
    kind = ask.type if ask else ""
    if kind == "yes_no":
        return "yes" if value else "no"
    if kind == "files":
        return [picture(f"{number}") for number in range(int(value))]
    if kind == "lines":
        return "\n".join(map(str, value)) if isinstance(value, list) else value
    return value if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", STORIES)
def test_every_method_is_walked_from_report_to_rating(
    name: str, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = scenario(name)
    version = publish_text(text=queries.text_of(queries.shelf()[told["playbook"]]), at=NOON)
    stage = staged(county, version.pk, told.get("units", {}), told.get("posts"))
    clock = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    walker = Walker(stage, clock)

    for opening in told["cases"]:
        walker.open(opening)
    astray = [wrong for number, act in enumerate(told["acts"], 1) if (wrong := walker.act(act, number))]

    assert "\n".join(astray) == ""
    ends = [(case.position, case.is_open) for key in stage.cases if (case := Case.objects.get(pk=key.pk))]
    assert ends == [(one["end"]["position"], one["end"]["is_open"]) for one in told["expect"]]
