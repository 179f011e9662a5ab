from django.apps import AppConfig


class TargetingConfig(AppConfig):
    name = "tuoke.steps.targeting"
    label = "targeting"
