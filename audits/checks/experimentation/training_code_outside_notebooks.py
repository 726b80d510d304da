"""The main model can be trained from scripts or modules, not only from a notebook.

Why an investor asks: what is trained in a notebook is trained by one person at one desk. A script
can be reviewed, scheduled and run again by somebody else.

How we look: calls that train a model, resolved to libraries or to learners of the repository's
own, in any language, and whether they stand in a notebook (Jupyter, R Markdown) or in a file.

Yes: product files train. Partly: files train only a part, for example fine-tuning of weights that
come ready-made, or only in side examples. No: only notebooks train.

What we cannot see: whether the script and the notebook train the same model.

Remedy (effort: medium): move the training cells into a module with a command-line entry.

False alarms: a platform that runs notebooks as jobs makes them as good as scripts.
"""

from audits.engine.registry import check
from audits.engine.types import Judgement, Needs, no, partly, yes
from audits.facts.families import ANALYSIS
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.reach import Reach
from audits.facts.tree import Role, role_of


@check("experimentation/training-code-outside-notebooks", needs=Needs.TRAINING)
def training_code_outside_notebooks(
    learning: Learning, identity: Identity, reach: Reach
) -> Judgement:
    """Judges where training stands."""
    every = [u for u in learning.training if identity.counts(u.path)]
    if not every:
        return no("the library trains no model of its own")
    files = [u for u in every if not role_of(u.path) & Role.NOTEBOOK]
    main = [u for u in files if not role_of(u.path) & Role.EXAMPLE or learning.main_is_side]
    fitted = [u for u in main if u.family != ANALYSIS] or main
    if fitted:
        places = reach.first(u.evidence for u in fitted)
        return yes("modules or scripts train the model", places, grade=reach.grade(places))
    if files:
        return partly("only side examples train outside notebooks", [u.evidence for u in files])
    return no("only notebooks train a model", evidence=[u.evidence for u in every])
