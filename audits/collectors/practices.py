"""Derives what several checks judge: measures of quality, of fairness and drift, logs of runs."""

from audits.collectors.collecting import Derivation
from audits.facts.automation import Automation
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.containers import Containers
from audits.facts.declared_tables import DeclaredTables
from audits.facts.drift import Drift, drift_of
from audits.facts.evaluation import Evaluation, evaluation_of
from audits.facts.fairness import Fairness, fairness_of
from audits.facts.learning import Learning
from audits.facts.serving import Serving, serving_of
from audits.facts.tracking import Tracking, tracking_of
from audits.facts.tree import Tree
from audits.facts.validation import Validation, validation_of
from audits.facts.watched import Watched, watched_of

EVALUATION = Derivation(Evaluation, (Code, Learning), evaluation_of)
TRACKING = Derivation(Tracking, (Code, Learning, Evaluation), tracking_of)
DRIFT = Derivation(Drift, (Code, Containers), drift_of)
FAIRNESS = Derivation(Fairness, (Code, Learning, Evaluation), fairness_of)
WATCHED = Derivation(Watched, (Code, Drift, Evaluation, DeclaredTables), watched_of)
VALIDATION = Derivation(Validation, (Code, Learning), validation_of)
SERVING = Derivation(Serving, (Tree, Code, Learning, Containers, Commands, Automation), serving_of)
