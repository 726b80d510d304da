"""A questionnaire as an Excel workbook, for those who answer offline: written and read back."""
