from __future__ import annotations

from django.urls import path

from tuoke.steps.leads.views import editing, lists, pages, verbs

app_name = "leads"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("new/", editing.new, name="new"),
    path("duplicates/", editing.duplicates, name="duplicates"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/timeline/", pages.timeline, name="timeline"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/claim/", verbs.claim, name="claim"),
    path("<int:pk>/assign/", verbs.assign, name="assign"),
    path("<int:pk>/return/", verbs.give_back, name="return"),
    path("<int:pk>/discard/", verbs.discard, name="discard"),
    path("<int:pk>/reopen/", verbs.reopen, name="reopen"),
    path("<int:pk>/distinct/", verbs.tell_apart, name="tell_apart"),
    path("<int:pk>/tick/", verbs.tick, name="tick"),
    path("<int:pk>/untick/", verbs.untick, name="untick"),
    path("<int:pk>/convert/", verbs.convert, name="convert"),
]
