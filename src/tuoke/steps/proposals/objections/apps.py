from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    name = "tuoke.steps.proposals.objections"
    label = "objections"
