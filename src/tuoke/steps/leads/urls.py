from __future__ import annotations

from django.urls import path

from tuoke.steps.leads.views import bulk, editing, exports, lists, pages, saved, scores, verbs

app_name = "leads"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("count/", lists.count, name="count"),
    path("bulk/", bulk.choose, name="bulk"),
    path("bulk/<uuid:public_id>/", bulk.run, name="bulk_run"),
    path("bulk/<uuid:public_id>/undo/", bulk.undo, name="bulk_undo"),
    path("layout/", saved.layout, name="layout"),
    path("views/new/", saved.new, name="view_new"),
    path("views/<int:pk>/", saved.edit, name="view_edit"),
    path("views/<int:pk>/delete/", saved.delete, name="view_delete"),
    path("views/<int:pk>/restore/", saved.restore, name="view_restore"),
    path("export/", exports.export, name="export"),
    path("export/<uuid:public_id>/", exports.export_file, name="export_file"),
    path("export/<uuid:public_id>/file/", exports.export_download, name="export_download"),
    path("export/<uuid:public_id>/again/", exports.export_again, name="export_again"),
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
    path("rescoring/", scores.rescoring, name="rescoring"),
    path("<int:pk>/tier/", scores.tier, name="tier"),
    path("<int:pk>/tier/rule/", scores.tier_by_rule, name="tier_by_rule"),
    path("of-customer/<int:pk>/score/", scores.customer_panel, name="customer_score"),
    path("of-customer/<int:pk>/tier/", scores.customer_tier, name="customer_tier"),
    path("of-customer/<int:pk>/tier/rule/", scores.customer_tier_by_rule, name="customer_tier_by_rule"),
    path("<int:pk>/convert/", verbs.convert, name="convert"),
]
