from django.urls import path

from tuoke.spine.playbook.views import drafting, publishing, reading, versions

app_name = "playbook"
urlpatterns = [
    path("", reading.index, name="index"),
    path("versions/", versions.listing, name="versions"),
    path("versions/<int:number>/", versions.detail, name="version"),
    path("versions/<int:number>/yaml/", versions.export, name="version_yaml"),
    path("versions/<int:number>/draft/", versions.draft, name="version_draft"),
    path("draft/", drafting.overview, name="draft"),
    path("draft/start/", drafting.start, name="draft_start"),
    path("draft/yaml/", publishing.export, name="draft_yaml"),
    path("draft/import/", publishing.bring, name="draft_import"),
    path("draft/changes/", drafting.history, name="draft_changes"),
    path("draft/changes/<int:pk>/undo/", drafting.undo, name="draft_undo"),
    path("draft/publish/", publishing.publish, name="draft_publish"),
    path("draft/catch-up/", publishing.catch_up, name="draft_catch_up"),
    path("draft/discard/", drafting.discard, name="draft_discard"),
    path("draft/<int:pk>/resume/", drafting.resume, name="draft_resume"),
    path("draft/wishes/<int:pk>/", drafting.settle, name="draft_wish"),
    path("draft/edit/", drafting.edit, name="draft_edit_whole"),
    path("draft/edit/<path:place>/", drafting.edit, name="draft_edit"),
    path("draft/add/<path:where>/", drafting.add, name="draft_add"),
    path("draft/remove/<path:place>/", drafting.remove, name="draft_remove"),
    path("draft/move/<path:place>/", drafting.move, name="draft_move"),
    path("draft/<str:kind>/<str:key>/", drafting.part, name="draft_part"),
    path("<str:step>/", reading.step, name="step"),
]
