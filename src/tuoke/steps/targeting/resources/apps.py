from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "tuoke.steps.targeting.resources"
    label = "resources"
