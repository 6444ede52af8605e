"""Finding out: the word lists, the model in use, what was corrected, and likely repeats."""

from heshi.understanding.queries.corrections import corrected_examples
from heshi.understanding.queries.lexicons import lexicons
from heshi.understanding.queries.models_in_use import shelf
from heshi.understanding.queries.repeats import Repost, likely_reposts

__all__ = ["Repost", "corrected_examples", "lexicons", "likely_reposts", "shelf"]
