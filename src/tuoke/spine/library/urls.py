from __future__ import annotations

from django.urls import path

from tuoke.spine.library.views import care, editing, exports, items, lists

app_name = "library"
urlpatterns = [
    path("", lists.index, name="index"),
    path("<slug:kind>/", lists.kind, name="kind"),
    path("<slug:kind>/new/", editing.new, name="new"),
    path("export/scripts.<slug:ending>", exports.scripts, name="export_scripts"),
    path("export/<slug:kind>.<slug:ending>", exports.listed, name="export_kind"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/edit/", editing.edit, name="edit"),
    path("items/<int:pk>/variant/", editing.variant, name="variant"),
    path("items/<int:pk>/care/", care.care, name="care"),
    path("items/<int:pk>/review/", care.review, name="review"),
    path("items/<int:pk>/outdated/", care.outdated, name="outdated"),
    path("items/<int:pk>/retire/", care.retire, name="retire"),
    path("items/<int:pk>/restore/", care.restore, name="restore"),
    path("items/<int:pk>/versions/", items.versions, name="versions"),
    path("items/<int:pk>/versions/<int:number>/", items.version, name="version"),
    path("items/<int:pk>/versions/<int:number>/restore/", care.restore_version, name="version_restore"),
    path("items/<int:pk>/script.<slug:ending>", exports.script, name="export"),
]
