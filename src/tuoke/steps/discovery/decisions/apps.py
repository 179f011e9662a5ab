from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "tuoke.steps.discovery.decisions"
    label = "decisions"
