"""The form that takes a workbook back."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from diligence.questionnaires.workbooks.cells import LARGEST_FILE, TOO_LARGE


class WorkbookForm(forms.Form):
    """One Excel file, small enough to be read at once."""

    workbook = forms.FileField(
        label="The workbook that you filled in",
        help_text="An .xlsx file. You see what it would change before anything is stored.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "Choose the workbook first.",
            "empty": "This file is empty; choose the workbook that you filled in.",
        },
    )

    def clean_workbook(self) -> UploadedFile[bytes]:
        """The file, unless it is too large to be ours."""
        file: UploadedFile[bytes] = self.cleaned_data["workbook"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE)
        return file
