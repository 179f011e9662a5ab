from django.urls import path

from tuoke.steps.outreach.calls import views

app_name = "calls"
urlpatterns = [
    path("lead/<int:pk>/", views.desk, {"kind": "lead"}, name="lead"),
    path("customer/<int:pk>/", views.desk, {"kind": "customer"}, name="customer"),
    path("deal/<int:pk>/", views.desk, {"kind": "deal"}, name="deal"),
    path("calls/<int:pk>/", views.detail, name="detail"),
]
