"""Search over what startups answered: full text of PostgreSQL, over what one may see and no more.

Each answer is found by what it said when it was last handed in, and by the words of its question.
A question that is asked and has no such answer yet is found by its own words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from diligence.models import AnswerRevision, Questionnaire, QuestionnaireTemplate, User
from diligence.questionnaires.comparison import Piece
from diligence.questionnaires.conditions import visible_questions
from diligence.questionnaires.schema import AnswerValue
from diligence.selectors.questionnaires import profile_of, template_of

MOST = 60
"""Hits on the page, best first."""
LOOKED_THROUGH = 200
"""Questionnaires in which an unanswered question is looked for, newest first: whether one is asked
depends on what was answered, which only reading it tells."""
LANGUAGE = "english"
# Characters of the private use area: nobody types them, and they stay apart from markup.
START, STOP = "\ue000", "\ue001"


@dataclass(frozen=True)
class Hit:
    """An answer that was found, with the words around what was looked for."""

    revision: AnswerRevision
    pieces: tuple[Piece, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        """Where it was given."""
        return self.revision.answer.questionnaire


@dataclass(frozen=True)
class OpenQuestion:
    """A question that was found, is asked, and has no answer that was handed in."""

    questionnaire: Questionnaire
    question: str
    pieces: tuple[Piece, ...]

    @property
    def is_readable(self) -> bool:
        """Whether it has a page; before the first submission the startup writes for itself."""
        return self.questionnaire.state != Questionnaire.State.OPEN


@dataclass(frozen=True)
class OpenQuestions:
    """The questions that were found; `is_cut` where only the newest questionnaires were read."""

    hits: tuple[OpenQuestion, ...]
    is_cut: bool


def answers_found(user: User, words: str) -> tuple[Hit, ...]:
    """The best hits in the questionnaires that this person sees; none for no words."""
    if not words.strip():
        return ()
    query = SearchQuery(words, config=LANGUAGE, search_type="websearch")
    vector = SearchVector("words", config=LANGUAGE)
    rows = (
        AnswerRevision.objects.filter(
            pk=_newest(), answer__questionnaire__in=Questionnaire.objects.visible_to(user)
        )
        .annotate(vector=vector, rank=SearchRank(vector, query))
        .filter(vector=query)
        .annotate(
            found=SearchHeadline(
                "words", query, config=LANGUAGE, start_sel=START, stop_sel=STOP,
                max_words=45, min_words=20, max_fragments=2,
            )
        )
        .select_related("answer__questionnaire__template", "answer__questionnaire__deal__startup")
        .order_by("-rank", "-handed_in_at", "pk")
    )  # fmt: skip
    return tuple(Hit(row, _pieces(row.found)) for row in rows[:MOST])


def _newest() -> Subquery:
    """The newest revision of the same answer that was handed in."""
    rows = AnswerRevision.objects.filter(answer=OuterRef("answer")).exclude(handed_in_at=None)
    return Subquery(rows.order_by("-number").values("pk")[:1])


def _pieces(text: str) -> tuple[Piece, ...]:
    pieces = []
    for part in text.split(START):
        hit, stop, rest = part.partition(STOP)
        if stop:
            pieces += [Piece("added", hit), Piece("same", rest)]
        else:
            pieces.append(Piece("same", part))
    return tuple(piece for piece in pieces if piece.text)


# Questions without an answer ------------------------------------------------------------------

FITTING = """
    SELECT place - 1, ts_headline(%(language)s::regconfig, words, query, %(marks)s)
    FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS asked(words, place),
         websearch_to_tsquery(%(language)s::regconfig, %(sought)s) AS query
    WHERE to_tsvector(%(language)s::regconfig, words) @@ query
    ORDER BY ts_rank(to_tsvector(%(language)s::regconfig, words), query) DESC, place
    LIMIT %(most)s
"""
"""Questions stand in the files of templates and in no table, so their words come along."""
MARKS = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"


def open_questions_found(user: User, words: str) -> OpenQuestions:
    """The best questions in the questionnaires that this person sees; none for no words."""
    if not words.strip():
        return OpenQuestions((), is_cut=False)
    seen = Questionnaire.objects.visible_to(user).order_by()
    used = QuestionnaireTemplate.objects.filter(Exists(seen.filter(template=OuterRef("pk"))))
    fitting = tuple(_fitting_questions(used, words))
    newest = seen.filter(template__in={template for template, _, _ in fitting}).order_by(
        "-issued_at", "pk"
    )
    issued = list(newest.select_related("template", "deal__startup")[: LOOKED_THROUGH + 1])
    is_cut, issued = len(issued) > LOOKED_THROUGH, issued[:LOOKED_THROUGH]
    said = _handed_in_values(issued)
    by_template: dict[QuestionnaireTemplate, list[tuple[Questionnaire, frozenset[str]]]]
    by_template = defaultdict(list)
    for row in issued:
        by_template[row.template].append((row, _unanswered(row, said[row.pk])))
    hits = (
        OpenQuestion(row, question, pieces)
        for template, question, pieces in fitting
        for row, unanswered in by_template[template]
        if question in unanswered
    )
    return OpenQuestions(tuple(islice(hits, MOST)), is_cut)


def _handed_in_values(issued: Sequence[Questionnaire]) -> Mapping[object, dict[str, AnswerValue]]:
    """What was last handed in of each questionnaire, by question: its keys are what is answered."""
    rows = AnswerRevision.objects.filter(pk=_newest(), answer__questionnaire__in=issued)
    found: dict[object, dict[str, AnswerValue]] = defaultdict(dict)
    for part_of, question, value in rows.values_list(
        "answer__questionnaire", "answer__question", "value"
    ):
        found[part_of][question] = value
    return found


def _unanswered(row: Questionnaire, said: dict[str, AnswerValue]) -> frozenset[str]:
    """Those that the startup is asked, by what it handed in, and has not answered."""
    shown = visible_questions(template_of(row.template), said, profile_of(row.deal))
    return frozenset(question.id for question in shown if question.id not in said)


def _fitting_questions(
    templates: Iterable[QuestionnaireTemplate], words: str
) -> Iterator[tuple[QuestionnaireTemplate, str, tuple[Piece, ...]]]:
    """Questions of these templates that fit the words, best first."""
    asked = [(row, question) for row in templates for question in template_of(row).questions]
    with connection.cursor() as cursor:
        cursor.execute(FITTING, {
            "texts": [question.text for _, question in asked], "sought": words,
            "language": LANGUAGE, "marks": MARKS, "most": MOST,
        })  # fmt: skip
        for place, text in cursor.fetchall():
            template, question = asked[place]
            yield template, question.id, _pieces(text)
