from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.kickoff.views import lines, plans

app_name = "kickoff"
urlpatterns = [
    path("<int:pk>/kickoff/", plans.page, name="page"),
    path("<int:pk>/kickoff/make/", plans.make, name="make"),
    path("<int:pk>/kickoff/shift/", plans.shift, name="shift"),
    path("<int:pk>/kickoff/note/", plans.note, name="note"),
    path("<int:pk>/kickoff/add/", lines.add, name="add"),
    path("<int:pk>/kickoff/export/<str:kind>/", plans.export, name="export"),
    path("kickoff/shifts/<int:pk>/undo/", plans.undo, name="undo"),
    path("milestones/<int:pk>/edit/", lines.edit, name="edit"),
    path("milestones/<int:pk>/move/", lines.move, name="move"),
    path("milestones/<int:pk>/done/", lines.done, name="done"),
    path("milestones/<int:pk>/reopen/", lines.reopen, name="reopen"),
    path("milestones/<int:pk>/withdraw/", lines.withdraw, name="withdraw"),
    path("milestones/<int:pk>/restore/", lines.restore, name="restore"),
    path("milestones/<int:pk>/order/", lines.order, name="order"),
    path("milestones/<int:pk>/parts/", lines.parts, name="parts"),
]
