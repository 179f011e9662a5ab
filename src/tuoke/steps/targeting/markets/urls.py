from __future__ import annotations

from django.urls import path

from tuoke.steps.targeting.markets.views import analyses, statements

app_name = "markets"
urlpatterns = [
    path("campaigns/<int:campaign>/market/", analyses.analysis, name="analysis"),
    path("campaigns/<int:campaign>/market/summary/", analyses.summary, name="summary"),
    path("campaigns/<int:campaign>/market/begin/", analyses.begin, name="begin"),
    path("campaigns/<int:campaign>/market/copy/", analyses.copy, name="copy"),
    path("campaigns/<int:campaign>/market/edit/", analyses.edit, name="edit"),
    path("campaigns/<int:campaign>/market/export/<str:kind>/", analyses.export, name="export"),
    path("campaigns/<int:campaign>/market/add/<str:kind>/", statements.add, name="add"),
    path("market/statements/<int:pk>/edit/", statements.edit, name="statement_edit"),
    path("market/statements/<int:pk>/void/", statements.void, name="statement_void"),
    path("market/statements/<int:pk>/restore/", statements.restore, name="statement_restore"),
    path("market/statements/<int:pk>/move/", statements.move, name="statement_move"),
]
