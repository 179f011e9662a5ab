from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "tuoke.steps.negotiation.signals"
    label = "signals"
