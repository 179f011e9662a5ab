from __future__ import annotations

from django.urls import path

from tuoke.services.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.show, name="request"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/delegate/", views.delegate, name="delegate"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
