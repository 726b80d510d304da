"""Derives what runs without a person from workflows and the scripts they call."""

from audits.collectors.collecting import Derivation
from audits.facts.automation import Automation, automate
from audits.facts.commands import Commands
from audits.facts.tree import Tree
from audits.facts.workflows import Workflows

DERIVATION = Derivation(Automation, (Tree, Workflows, Commands), automate)
