from __future__ import annotations

from django.urls import path

from tuoke.steps.outreach.views import notes, sheets

app_name = "outreach"
urlpatterns = [
    path("lead/<int:pk>/", sheets.lead, name="lead"),
    path("customer/<int:pk>/", sheets.customer, name="customer"),
    path("deal/<int:pk>/", sheets.deal, name="deal"),
    path("lead/<int:pk>/panel/", sheets.panel_lead, name="panel_lead"),
    path("customer/<int:pk>/panel/", sheets.panel_customer, name="panel_customer"),
    path("deal/<int:pk>/panel/", sheets.panel_deal, name="panel_deal"),
    path("<str:kind>/<int:pk>/sheet.<str:form>", sheets.export, name="export"),
    path("<str:sort>/new/<str:kind>/<int:pk>/", notes.add, name="add"),
    path("<str:sort>/<int:pk>/edit/", notes.edit, name="edit"),
    path("<str:sort>/<int:pk>/withdraw/", notes.withdraw, name="withdraw"),
    path("<str:sort>/<int:pk>/restore/", notes.restore, name="restore"),
]
