"""Files that came with a step become part of the case in the moment the step is taken, and never twice."""

from __future__ import annotations

from collections.abc import Mapping

from heshi.cases.models import Attachment, Case
from heshi.cases.rules import Actor
from heshi.common.keys import key_from
from heshi.common.refusals import Conflict
from heshi.playbooks.rules import Step
from heshi.playbooks.rules.asking import many


class SentFileGone(Conflict):
    """A file that was named is not there: it was cleaned away, is part of another step already, or is somebody else's."""

    code = "file_gone"
    sentence = "“{label}”里有文件已经不在了（没有办成的只留一天），请重新选一次再办。"


def hand_in(*, case: Case, step: Step, answers: Mapping[str, object], actor: Actor, task: int) -> None:
    """Make the files that a step names part of the case as it stands after it; raises SentFileGone.

    Only what waits for this case and for this actor's step can be named: the keys of others are worth nothing.
    """
    for ask in step.asks:
        named = many(answers.get(ask.name) or ()) if ask.type == "files" else []
        keys = {key for word in named if (key := key_from(word))}
        mine = Attachment.objects.filter(
            county=case.county, pk__in=keys, case=None, waits_for=case.pk, waits_by=actor.mark, asked=ask.name
        )
        if named and len(named) != mine.update(
            case=case, event=case.revision, task=task, waits_for=None, waits_by=""
        ):
            raise SentFileGone(label=ask.label)
