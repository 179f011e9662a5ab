from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "tuoke.steps.negotiation.returns"
    label = "returns"
