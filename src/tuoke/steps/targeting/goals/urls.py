from __future__ import annotations

from django.urls import path

from tuoke.steps.targeting.goals.views import boards, changes

app_name = "goals"
_PLACE = "<str:metric>/<str:period>/<str:holder>/"
urlpatterns = [
    path("", boards.index, name="index"),
    path("export/", boards.export, name="export"),
    path(_PLACE, boards.goal, name="goal"),
    path(f"{_PLACE}edit/", changes.edit, name="edit"),
    path(f"{_PLACE}split/<str:axis>/", changes.split, name="split"),
    path(f"{_PLACE}split/<str:axis>/gap/", changes.gap, name="gap"),
    path(f"{_PLACE}withdraw/", changes.withdraw, name="withdraw"),
    path(f"{_PLACE}restore/", changes.restore, name="restore"),
    path(f"{_PLACE}records/", boards.records, name="records"),
]
