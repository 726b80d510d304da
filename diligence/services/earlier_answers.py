"""Taking an answer over from an earlier questionnaire: one at a time, each confirmed."""

from django.db import transaction

from diligence.models import Answer, Questionnaire, User
from diligence.selectors.delegation import sheet_for
from diligence.selectors.earlier_answers import earlier_answers
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.questionnaires import GivenAnswer, save_answer


@transaction.atomic
def take_over_answer(*, actor: User, questionnaire: Questionnaire, question_id: str) -> Answer:
    """Gives again what was answered before, marked with its age.

    Raises Refused where nothing earlier fits any more, and Conflict where the question was answered
    meanwhile. `save_answer` requires that the actor may write here.
    """
    offered = earlier_answers(actor, sheet_for(actor, questionnaire))
    earlier = next((each for each in offered if each.asked.question.id == question_id), None)
    if earlier is None:
        raise Refused("This question is answered by now, or nothing earlier fits it.")
    present = earlier.asked.answer
    given = GivenAnswer(
        raw=earlier.revision.value, revision=present.revision if present else 0,
        taken_from=earlier.revision.taken_from or earlier.revision,
    )  # fmt: skip
    answer = save_answer(
        actor=actor, questionnaire=questionnaire, question_id=question_id, given=given
    )
    record(
        actor=actor, verb="answer.take-over", text="took over an earlier answer",
        deal=questionnaire.deal, about=answer, in_room=True,
    )  # fmt: skip
    return answer
