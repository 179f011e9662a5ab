from __future__ import annotations

from django.urls import path

from tuoke.steps.reviews.improvements.views import lists, verbs

app_name = "improvements"
urlpatterns = [
    path("", lists.index, name="index"),
    path("due/", lists.due, name="due"),
    path("new/", verbs.new, name="new"),
    path("deal/<int:pk>/", lists.deal, name="deal"),
    path("review/<int:pk>/", verbs.propose, name="propose"),
    path("<int:pk>/", lists.show, name="show"),
    path("<int:pk>/edit/", verbs.edit, name="edit"),
    path("<int:pk>/decide/", verbs.decide, name="decide"),
    path("<int:pk>/reconsider/", verbs.reconsider, name="reconsider"),
    path("<int:pk>/assign/", verbs.assign, name="assign"),
    path("<int:pk>/write/", verbs.take_up, name="take_up"),
    path("<int:pk>/put-down/", verbs.put_down, name="put_down"),
    path("<int:pk>/done/", verbs.done, name="done"),
    path("<int:pk>/undo/", verbs.undo, name="undo"),
    path("<int:pk>/withdraw/", verbs.withdraw, name="withdraw"),
    path("<int:pk>/restore/", verbs.restore, name="restore"),
]
