from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "tuoke.steps.targeting.goals"
    label = "goals"
