"""Derives which files run from entry points and first-party imports."""

from audits.collectors.collecting import Derivation
from audits.facts.automation import Automation
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.containers import Containers
from audits.facts.reach import Reach, reach_of
from audits.facts.tree import Tree

DERIVATION = Derivation(Reach, (Tree, Code, Commands, Containers, Automation), reach_of)
