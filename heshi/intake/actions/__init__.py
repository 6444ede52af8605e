"""What intake makes happen."""

from heshi.intake.actions.attachments import forget_unclaimed, store_attachment
from heshi.intake.actions.runs import begin_run, confirm_run, draft_run, end_run, note_progress, restart_run

__all__ = [
    "begin_run", "confirm_run", "draft_run", "end_run", "forget_unclaimed", "note_progress", "restart_run", "store_attachment",
]  # fmt: skip
