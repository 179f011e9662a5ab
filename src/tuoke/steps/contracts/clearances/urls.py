from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.clearances import views

app_name = "clearances"
urlpatterns = [
    path("<int:pk>/clearances/", views.page, name="page"),
    path("clearances/contracts/<int:pk>/ask/<slug:kind>/", views.ask, name="ask"),
    path("clearances/<int:pk>/", views.asked, name="asked"),
    path("clearances/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
