from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "tuoke.steps.negotiation.rounds"
    label = "rounds"
