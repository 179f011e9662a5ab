from __future__ import annotations

from django.urls import path

from tuoke.spine.followups import files, views

app_name = "followups"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("plan/", views.plan, name="plan"),
    path("export/", views.export, name="export"),
    path("import/", views.import_, name="import"),
    path("deal/<int:pk>/", views.panel, {"kind": "deal"}, name="panel_deal"),
    path("lead/<int:pk>/", views.panel, {"kind": "lead"}, name="panel_lead"),
    path("customer/<int:pk>/", views.panel, {"kind": "customer"}, name="panel_customer"),
    path("actions/<int:pk>/finish/", views.finish, name="finish"),
    path("actions/<int:pk>/edit/", views.edit, name="edit"),
    path("actions/<int:pk>/reschedule/", views.reschedule, name="reschedule"),
    path("actions/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("actions/<int:pk>/entry.ics", files.entry, name="entry"),
    path("actions/<int:pk>/reopen/", views.reopen, name="reopen"),
]
