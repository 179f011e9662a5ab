from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "tuoke.services.approvals"
    label = "approvals"
