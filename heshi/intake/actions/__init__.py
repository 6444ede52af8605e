"""What intake makes happen."""

from heshi.intake.actions.attachments import (
    TooManyWait,
    Waiting,
    forget_unclaimed,
    forget_waiting,
    keep_for_step,
    let_go,
    store_attachment,
)
from heshi.intake.actions.runs import begin_run, confirm_run, draft_run, end_run, note_progress, restart_run
from heshi.intake.actions.unsent import (
    TooManyWithReport,
    files_of_unsent,
    forget_unsent,
    hand_in_unsent,
    keep_answers,
    keep_with_report,
    unsent_of,
)

__all__ = [
    "TooManyWait", "TooManyWithReport", "Waiting", "begin_run", "confirm_run", "draft_run", "end_run", "files_of_unsent",
    "forget_unclaimed", "forget_unsent", "forget_waiting", "hand_in_unsent", "keep_answers", "keep_for_step", "keep_with_report", "let_go",
    "note_progress", "restart_run", "store_attachment", "unsent_of",
]  # fmt: skip
