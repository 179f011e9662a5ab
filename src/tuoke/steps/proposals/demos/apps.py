from django.apps import AppConfig


class DemosConfig(AppConfig):
    name = "tuoke.steps.proposals.demos"
    label = "demos"
