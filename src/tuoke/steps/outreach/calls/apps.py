from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "tuoke.steps.outreach.calls"
    label = "calls"
