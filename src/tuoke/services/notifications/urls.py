from __future__ import annotations

from django.urls import path

from tuoke.services.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/unread/", views.unread, name="unread"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("mails/", views.mails, name="mails"),
    path("mails/<int:pk>/", views.mail, name="mail"),
    path("mails/<int:pk>/resend/", views.resend, name="resend"),
    path("mails/<int:pk>/arrived/", views.arrived, name="arrived"),
    path("mails/<int:pk>/cancel/", views.cancel, name="cancel"),
]
