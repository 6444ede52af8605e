"""What this room does: suggest, learn, publish, remember what people corrected."""

from heshi.understanding.actions.learning import (
    check_sorting,
    learn,
    measure_learning,
    publish,
    remember_correction,
)
from heshi.understanding.actions.suggesting import reposts_file, suggest_file, suggest_many
from heshi.understanding.rules.repeats import signatures

__all__ = [
    "check_sorting",
    "learn",
    "measure_learning",
    "publish",
    "remember_correction",
    "reposts_file",
    "signatures",
    "suggest_file",
    "suggest_many",
]
