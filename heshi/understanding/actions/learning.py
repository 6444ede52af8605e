"""Learning from a file and from what people corrected, and publishing what was learnt."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heshi.cases.terms import KINDS
from heshi.common.digests import sm3
from heshi.common.refusals import Invalid
from heshi.understanding.models import Correction, ModelVersion
from heshi.understanding.queries import corrected_examples, lexicons, shelf
from heshi.understanding.rules.calibrating import fit_head
from heshi.understanding.rules.learning import (
    Example,
    LabelQuestion,
    count_all,
    fit,
    model_of,
    questions,
    readable_words,
)
from heshi.understanding.rules.model import Head, Model, pack
from heshi.understanding.rules.proving import Scores, Trial, cross_validate, figures
from heshi.understanding.rules.repeats import find_repeats, groups_of_repeats
from heshi.understanding.rules.sheets import examples_of, read_sheet
from heshi.understanding.rules.suggesting import suggest
from heshi.understanding.terms import CORRECTED_FIELDS, TOPIC_LENGTH

COLUMNS: Final = ("id", "title", "body", "label")
MEASURED_ROUNDS: Final = 3


class FileUnreadable(Invalid):
    """The file cannot be opened."""

    code = "file_unreadable"
    sentence = "打不开文件 {path}：{why}。"


class CorrectionUnusable(Invalid):
    """What was confirmed is no kind, or no topic a case can carry."""

    code = "correction_unusable"
    sentence = "“{corrected}”不能作为{what}，请从列表里选择。"


class Pace(TypedDict):
    """How fast learning and suggesting went."""

    seconds: float
    ms_per_message: float
    ms_one_message_alone: float
    letters_per_message: float
    model_bytes: int


@dataclass(frozen=True)
class Learnt:
    """A model, how good it is, and its scores on messages it had not seen."""

    model: Model
    scores: Scores


def learn(
    *, path: Path, at: datetime, publish_it: bool = True, with_corrections: bool = False
) -> ModelVersion:
    """Train on a labelled file, keep the model with its scores and publish it; raises what is wrong with the file."""
    examples = examples_of(read_sheet(read_file(path), needed=COLUMNS))
    if with_corrections:
        examples = _with_corrections(examples)
    learnt = _learn(examples)
    content = pack(learnt.model)
    version = ModelVersion.objects.create(
        trained_at=at,
        labels=list(learnt.model.topic.answers),
        scores=learnt.scores,
        digest=sm3(content),
        content=content,
    )
    return publish(version=version, at=at) if publish_it else version


def publish(*, version: ModelVersion, at: datetime) -> ModelVersion:
    """Put a model into use: in this process once the transaction holds, in the others about a second later."""
    version.published_at = at
    version.save(update_fields=["published_at"])
    transaction.on_commit(shelf.forget)
    return version


def check_sorting(said: Mapping[str, str]) -> None:
    """Raise CorrectionUnusable where a kind or topic is none that a case can carry."""
    for field, value in said.items():
        known = value in KINDS if field == "kind" else 0 < len(value.strip()) <= TOPIC_LENGTH
        if field not in CORRECTED_FIELDS or not known:
            raise CorrectionUnusable(corrected=value[:TOPIC_LENGTH], what=CORRECTED_FIELDS.get(field, field))


def remember_correction(
    *, county: int, case_id: UUID, field: str, suggested: str, corrected: str, by: UUID, at: datetime
) -> Correction:
    """Keep what a person confirmed as an example to learn from; raises CorrectionUnusable."""
    check_sorting({field: corrected})
    return Correction.objects.create(
        county=county, case_id=case_id, field=field, suggested=suggested[:TOPIC_LENGTH], corrected=corrected.strip(),
        by_id=by, at=at,
    )  # fmt: skip


def measure_learning(path: Path) -> tuple[Scores, Pace]:
    """Return how good and how fast learning from this file is; nothing is stored."""
    began = time.perf_counter()
    examples = examples_of(read_sheet(read_file(path), needed=COLUMNS))
    learnt = _learn(examples)
    trained = time.perf_counter() - began
    texts = [example.text for example in examples]
    batch = min(_suggesting_ms(texts, learnt.model) for _ in range(MEASURED_ROUNDS))
    some = texts[:200]
    alone = min(
        sum(_suggesting_ms([text], learnt.model) for text in some) for _ in range(MEASURED_ROUNDS)
    ) / len(some)
    return learnt.scores, Pace(
        seconds=round(trained, 1),
        ms_per_message=round(batch, 4),
        ms_one_message_alone=round(alone, 4),
        letters_per_message=round(sum(map(len, texts)) / len(texts), 1),
        model_bytes=len(pack(learnt.model)),
    )


def _suggesting_ms(texts: Sequence[str], model: Model) -> float:
    """Return the processor time of a suggestion, kind and deciding words included."""
    words = lexicons()
    began = time.process_time()
    suggest(texts, lexicons=words, model=model)
    return (time.process_time() - began) * 1000 / len(texts)


def _learn(examples: Sequence[Example]) -> Learnt:
    asked = questions(examples)
    texts = [example.text for example in examples]
    counts = count_all(texts)
    trial = cross_validate(counts, asked)
    repeats = find_repeats(texts)
    grouped = cross_validate(counts, asked[:1], groups_of_repeats(len(texts), repeats))
    heads = _heads(asked, trial)
    model = model_of(fit(counts, asked), heads, readable_words(texts))
    return Learnt(model, _scores(asked, trial, grouped, len(repeats)))


def _heads(asked: Sequence[LabelQuestion], trial: Trial) -> list[Head]:
    """Return the questions with probabilities set by messages the model had not seen."""
    heads, start = [], 0
    for question in asked:
        mine = trial.scores[:, start : start + len(question.answers)]
        heads.append(fit_head(question.answers, mine, question.right))
        start += len(question.answers)
    return heads


def _scores(asked: Sequence[LabelQuestion], trial: Trial, grouped: Trial, repeats: int) -> Scores:
    topics, bar = len(asked[0].answers), settings.HESHI_CONFIDENCE_BAR
    apart = figures(grouped, asked[0], bar=bar)
    together = figures(replace(trial, scores=trial.scores[:, :topics]), asked[0], bar=bar)
    scores = Scores(
        macro_f1=together["macro_f1"],
        macro_f1_std=together["macro_f1_std"],
        accuracy=together["accuracy"],
        folds=together["folds"],
        calibration=together["calibration"],
        labels=together["labels"],
        rows=len(asked[0].right),
        near_duplicate_pairs=repeats,
        grouped_macro_f1=apart["macro_f1"],
        grouped_macro_f1_std=apart["macro_f1_std"],
        grouped_calibration=apart["calibration"],
    )
    if len(asked) > 1:
        scores["kind"] = figures(replace(trial, scores=trial.scores[:, topics:]), asked[1], bar=bar)
    return scores


def _with_corrections(examples: list[Example]) -> list[Example]:
    """Add what people confirmed; a topic nobody else has yet waits for a second example."""
    more = [example for example in corrected_examples() if example.topic]
    often = Counter(example.topic for example in examples + more)
    kinds = all(example.kind for example in examples)
    return examples + [one if kinds else replace(one, kind="") for one in more if often[one.topic] > 1]


def read_file(path: Path) -> bytes:
    """Return the content of a file; raises FileUnreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or "读取失败") from error
