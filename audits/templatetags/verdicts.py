"""What a verdict means for the reader: a hazard that was not found is good news."""

from django import template

from audits.selectors.runs import is_hazard

register = template.Library()
register.filter("is_hazard", is_hazard)
