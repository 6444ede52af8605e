"""What can stand against a step, each in one sentence."""

from __future__ import annotations

from heshi.common.refusals import Conflict, Invalid, NotAllowed, Unknown


class StepNotHere(Conflict):
    """The case is at a position from which this step does not start."""

    code = "step_not_here"
    sentence = "案件现在处于“{position}”，不能办理“{step}”，请查看最新进展。"


class StepNotYours(NotAllowed):
    """Nobody with this person's roles may take the step."""

    code = "step_not_yours"
    sentence = "“{step}”要由{who}办理，请转告对方或联系值班长。"


class StepNotReady(Invalid):
    """A condition of the step is not met yet."""

    code = "step_not_ready"
    sentence = "现在还不能办理“{step}”，要先满足：{needs}。"


class TooEarly(StepNotReady):
    """The step has to wait for the end of a clock, or for a day that was given."""

    code = "too_early"
    sentence = "“{step}”要到{when}才能办（{waits}），请到{then}再办。"


class TopOfLadder(Conflict):
    """There is no rung above this one."""

    code = "top_of_ladder"
    sentence = "“{step}”已经到最高一级“{rung}”，不能再往上，请在这一级办理。"


class TaskNotSo(Conflict):
    """The task is over, or at a state from which this step does not start."""

    code = "task_not_so"
    sentence = "这一项现在是“{state}”，不能办理“{step}”，请刷新页面查看最新进展。"


class TaskUnknown(Unknown):
    """The case has no such task."""

    code = "task_unknown"
    sentence = "案件里没有第 {number} 项“{kind}”，请刷新页面再试。"
