"""The pure rules of understanding: reading, counting, judging, learning, comparing. Texts in, suggestions out."""

from heshi.understanding.rules.doubting import doubts, told_doubt
from heshi.understanding.rules.model import Model, ModelDamaged
from heshi.understanding.rules.reading import message_text
from heshi.understanding.rules.repeats import Candidate, rank, signature, signatures
from heshi.understanding.rules.suggesting import Guess, Lexicons, Suggestion, suggest

__all__ = [
    "Candidate",
    "Guess",
    "Lexicons",
    "Model",
    "ModelDamaged",
    "Suggestion",
    "doubts",
    "message_text",
    "rank",
    "signature",
    "signatures",
    "suggest",
    "told_doubt",
]
