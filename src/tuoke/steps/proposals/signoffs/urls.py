from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.signoffs import views

app_name = "signoffs"
urlpatterns = [
    path("<int:pk>/signoffs/", views.page, name="page"),
    path("<int:pk>/signoffs/ask/", views.ask, name="ask"),
    path("signoffs/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
