"""Data are held against explicit expectations before a model learns from them or judges by them.

Why an investor asks: most failures of a model are failures of its data. A pipeline that does not
look at what it is fed will train on the day the supplier sent an empty column.

How we look: calls of expectation libraries (Great Expectations, Pandera, Deequ, Soda and others, R
packages too), monitors of data quality of a cloud, and conditions written by hand on columns,
nulls, values and ranges of tables or arrays that raise, stop or report. Where a model is trained,
records that are held against a schema one by one, and lists of those that failed.

Yes: product code checks actual data so, or an expectation suite is run on the real data set, also
from the tests. Partly: a few assertions, the form of an array only, or checks of sample files in
tests. No: types of an HTTP request alone, or mere cleaning.

What we cannot see: checks in a warehouse or a vendor's tool, and whether anybody reads the report.

Remedy (effort: medium): write down what each column must satisfy and stop the run where it does
not, before training and before prediction.

False alarms: a condition that guards a function's argument may look like a check of data.
"""

from audits.engine.registry import check
from audits.engine.types import Judgement, Needs, no, partly, yes
from audits.facts.identity import Identity
from audits.facts.reach import Reach
from audits.facts.validation import Validation


@check("data/data-validation", needs=Needs.ML)
def data_validation(validation: Validation, identity: Identity, reach: Reach) -> Judgement:
    """Judges which expectations are held against data."""
    full = reach.first(e for e in validation.of("full") if identity.counts(e.path))
    if full:
        because = "code holds actual data against explicit expectations"
        return yes(because, full, grade=reach.grade(full))
    weak = [e for e in validation.of("weak") if identity.counts(e.path)]
    if weak:
        return partly("only a few assertions look at the data, or only at their form", weak)
    tests = validation.of("test")
    if tests and identity.kind != "ml-library":
        return partly("only tests look at the data, on sample files", tests)
    return no("no code holds data against expectations")
