"""Suggesting: kind and topic of a batch of messages, by the model where there is one, by the lexicon where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypedDict, cast

from heshi.understanding.rules.features import gram_places
from heshi.understanding.rules.lexicon import Lexicon, Verdict, judge
from heshi.understanding.rules.model import Head, Model, Opinion
from heshi.understanding.rules.reading import LONGEST, batches, lay_out

TOPIC_WORDS: Final = 4
KIND_WORDS: Final = 2


class Likely(NamedTuple):
    """One possible answer and how likely it is."""

    label: str
    p: float


@dataclass(frozen=True)
class Suggestion:
    """What a message seems to be, how likely, and the words in it that decided. A person confirms.

    ``kinds`` and ``topics`` are the two likeliest answers each, the likelier one first.
    """

    kinds: tuple[Likely, ...]
    topics: tuple[Likely, ...]
    words: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the likeliest kind."""
        return self.kinds[0].label

    @property
    def kind_p(self) -> float:
        """Return how likely that is."""
        return self.kinds[0].p

    @property
    def topic(self) -> str:
        """Return the likeliest topic."""
        return self.topics[0].label

    @property
    def topic_p(self) -> float:
        """Return how likely that is."""
        return self.topics[0].p


class KeptSuggestion(TypedDict, total=False):
    """A suggestion as the first event of a case keeps it; the pairs are those it was not sure of, the likelier one first."""

    kind: str
    kind_p: float
    topic: str
    topic_p: float
    words: list[str]
    kinds: list[tuple[str, float]]
    topics: list[tuple[str, float]]


def kept_suggestion(facts: Mapping[str, object]) -> KeptSuggestion:
    """Return the suggestion among the facts of a case, an empty one where nothing was suggested."""
    return cast("KeptSuggestion", facts.get("suggested") or {})


def only_guessed(facts: Mapping[str, object]) -> frozenset[str]:
    """Return which of kind and topic of a case nobody is sure of and nobody has said yet."""
    given = kept_suggestion(facts) if facts.get("unsure") else {}
    return frozenset(field for field, pairs in (("kind", "kinds"), ("topic", "topics")) if pairs in given)


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
    return _suggestion(kind, topic)


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
        else _verdicts(model.kind, kind, [()] * len(texts))
    )
    return [_suggestion(*each) for each in zip(kinds, _verdicts(model.topic, topic, words), strict=True)]


def _verdicts(head: Head, opinion: Opinion, words: Sequence[tuple[str, ...]]) -> list[Verdict]:
    columns = (opinion.best, opinion.probability, opinion.second, opinion.second_probability)
    rows = zip(*(column.tolist() for column in columns), words, strict=True)
    return [Verdict(head.answers[best], p, said, head.answers[other], q) for best, p, other, q, said in rows]


def _suggestion(kind: Verdict, topic: Verdict) -> Suggestion:
    more = tuple(word for word in kind.words if word not in topic.words)
    return Suggestion(_likeliest(kind), _likeliest(topic), topic.words + more)


def _likeliest(verdict: Verdict) -> tuple[Likely, ...]:
    first, second = (
        Likely(verdict.label, verdict.probability),
        Likely(verdict.second, verdict.second_probability),
    )
    return (first, second) if second.label else (first,)
