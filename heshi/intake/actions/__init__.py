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

__all__ = [
    "TooManyWait", "Waiting", "begin_run", "confirm_run", "draft_run", "end_run", "forget_unclaimed", "forget_waiting", "keep_for_step",
    "let_go", "note_progress", "restart_run", "store_attachment",
]  # fmt: skip
