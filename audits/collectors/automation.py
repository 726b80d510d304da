"""Derives what runs without a person from workflows and their scripts, and what these submit."""

from audits.collectors.collecting import Derivation
from audits.facts.automation import Automation, Submissions, automate
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.containers import Containers
from audits.facts.submissions import submissions_of
from audits.facts.tree import Tree
from audits.facts.workflows import Workflows

DERIVATION = Derivation(Automation, (Tree, Workflows, Commands, Submissions, Containers), automate)
SUBMISSIONS = Derivation(Submissions, (Tree, Code, Commands), submissions_of)
