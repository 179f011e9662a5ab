from django.urls import path

from tuoke.spine.playbook import views

app_name = "playbook"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:step>/", views.step, name="step"),
]
