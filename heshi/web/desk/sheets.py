"""The form that takes a file of rows."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from heshi.intake.queries import FileTooLarge
from heshi.web.kit.forms import PageForm, Words

MEGABYTE = 1024 * 1024


class Upload(PageForm):
    """A file, and where it comes from."""

    file = forms.FileField(
        label="文件",
        help_text="CSV 或 Excel（.xlsx、.xls），第一行是列名。",
        error_messages={
            "required": "请选择要导入的文件。", "empty": "这个文件是空的，请确认选对了文件。", "missing": "请选择要导入的文件。",
            "invalid": "文件没有传上来，请再选一次。",
        },
    )  # fmt: skip
    source_name = Words(
        label="来源系统",
        required=False,
        max_length=20,
        help_text="从别的系统导出的，写上系统名称，如“热线”。编号会加上它，防止不同系统的编号相撞；再次导入时要写得一样。",
        error_messages={"max_length": "来源系统最多写 20 个字。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file that is too large before it is kept."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        most = settings.HESHI_IMPORT_MEGABYTES
        if file.size and file.size > most * MEGABYTE:
            refusal = FileTooLarge(megabytes=file.size // MEGABYTE, most=most)
            raise forms.ValidationError(str(refusal), code=refusal.code)
        return file
