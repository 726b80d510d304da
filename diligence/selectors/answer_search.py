"""Search over what startups answered: full text of PostgreSQL, over what one may see and no more.

Each answer is found by what it said when it was last handed in, and by the words of its question.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from django.db.models import OuterRef, Subquery

from diligence.models import AnswerRevision, Questionnaire, User
from diligence.questionnaires.comparison import Piece

MOST = 60
"""Hits on the page, best first."""
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
