from django.apps import AppConfig


class NegotiationConfig(AppConfig):
    name = "tuoke.steps.negotiation"
    label = "negotiation"
