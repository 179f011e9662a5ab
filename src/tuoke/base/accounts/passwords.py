from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's, said in our words: its own sentence has no Chinese."""

    def get_error_message(self) -> str:
        return _("密码太短，至少要 %(least)s 位。") % {"least": self.min_length}
