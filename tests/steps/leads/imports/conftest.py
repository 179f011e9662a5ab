from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tuoke.services.exchange.writing import write_table


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def sheet(tmp_path):
    """Writes a file of rows and says where it is."""

    def written(headers, *rows, name="leads.xlsx"):
        path = tmp_path / name
        write_table(path, headers=headers, rows=rows)
        return path

    return written


@pytest.fixture
def sent(sheet):
    """The same as a browser sends it."""

    def upload(headers, *rows, name="leads.xlsx"):
        path = sheet(headers, *rows, name=name)
        return SimpleUploadedFile(name, path.read_bytes())

    return upload
