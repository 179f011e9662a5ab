from django.apps import AppConfig


class MarketsConfig(AppConfig):
    name = "tuoke.steps.targeting.markets"
    label = "markets"
