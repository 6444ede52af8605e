"""Suggesting: kind and topic of a batch of messages, by the model where there is one, by the lexicon where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, cast

from heshi.understanding.rules.features import gram_places
from heshi.understanding.rules.lexicon import Lexicon, Verdict, judge
from heshi.understanding.rules.model import Model
from heshi.understanding.rules.reading import LONGEST, batches, lay_out

TOPIC_WORDS: Final = 4
KIND_WORDS: Final = 2


@dataclass(frozen=True)
class Suggestion:
    """What a message seems to be, how likely, and the words in it that decided. A person confirms."""

    kind: str
    kind_p: float
    topic: str
    topic_p: float
    words: tuple[str, ...]


class KeptSuggestion(TypedDict, total=False):
    """A suggestion as the first event of a case keeps it."""

    kind: str
    kind_p: float
    topic: str
    topic_p: float
    words: list[str]


def kept_suggestion(facts: Mapping[str, object]) -> KeptSuggestion:
    """Return the suggestion among the facts of a case, an empty one where nothing was suggested."""
    return cast("KeptSuggestion", facts.get("suggested") or {})


@dataclass(frozen=True)
class Lexicons:
    """The two word lists that answer before anything is learnt."""

    kinds: Lexicon
    topics: Lexicon


def suggest(texts: Sequence[str], *, lexicons: Lexicons, model: Model | None) -> list[Suggestion]:
    """Return a suggestion for every text, in their order; an empty text gets the fallbacks."""
    found: list[Suggestion] = []
    for batch in batches(texts):
        found += (
            _by_model(batch, lexicons, model) if model else [_by_lexicon(text, lexicons) for text in batch]
        )
    return found


def _by_lexicon(text: str, lexicons: Lexicons) -> Suggestion:
    cut = text[:LONGEST]
    kind, topic = judge(lexicons.kinds, cut, KIND_WORDS), judge(lexicons.topics, cut, TOPIC_WORDS)
    return _suggestion(kind, topic.label, topic.probability, topic.words)


def _by_model(texts: Sequence[str], lexicons: Lexicons, model: Model) -> list[Suggestion]:
    letters = lay_out(texts)
    places = gram_places(letters)
    scores = model.scores(letters, places)
    topic = model.topic_opinion(scores)
    words = model.deciding_words(letters, places, topic.best, TOPIC_WORDS)
    kind = model.kind_opinion(scores)
    kinds = (
        [judge(lexicons.kinds, text[:LONGEST], KIND_WORDS) for text in texts]
        if kind is None or model.kind is None
        else [
            Verdict(model.kind.answers[best], share, ())
            for best, share in zip(kind.best.tolist(), kind.probability.tolist(), strict=True)
        ]
    )
    topics = [model.topic.answers[best] for best in topic.best.tolist()]
    return [_suggestion(*each) for each in zip(kinds, topics, topic.probability.tolist(), words, strict=True)]


def _suggestion(kind: Verdict, topic: str, topic_p: float, words: tuple[str, ...]) -> Suggestion:
    more = tuple(word for word in kind.words if word not in words)
    return Suggestion(kind.label, kind.probability, topic, topic_p, words + more)
