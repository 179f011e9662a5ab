from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.confirmations import views

app_name = "confirmations"
urlpatterns = [
    path("<int:pk>/confirmations/", views.page, name="page"),
    path("confirmations/contracts/<int:pk>/prepare/", views.prepare, name="prepare"),
    path("confirmations/contracts/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("confirmations/contracts/<int:pk>/change/<int:clause>/", views.change, name="change"),
    path("confirmations/contracts/<int:pk>/invite/", views.invite, name="invite"),
    path("confirmations/contracts/<int:pk>/told/", views.told, name="told"),
    path("confirmations/invitations/<int:pk>/forward/", views.forward, name="forward"),
    path("confirmations/answers/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
