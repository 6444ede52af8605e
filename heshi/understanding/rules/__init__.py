"""The pure rules of understanding: reading, counting, judging, learning, comparing. Texts in, suggestions out."""

from heshi.understanding.rules.certainty import told_unsure, unsure_fields
from heshi.understanding.rules.model import Model, ModelDamaged
from heshi.understanding.rules.reading import message_text
from heshi.understanding.rules.repeats import Candidate, rank, signature, signatures
from heshi.understanding.rules.suggesting import Lexicons, Likely, Suggestion, suggest

__all__ = [
    "Candidate",
    "Lexicons",
    "Likely",
    "Model",
    "ModelDamaged",
    "Suggestion",
    "message_text",
    "rank",
    "signature",
    "signatures",
    "suggest",
    "told_unsure",
    "unsure_fields",
]
