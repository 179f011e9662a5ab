from django.apps import AppConfig


class EffectsConfig(AppConfig):
    name = "tuoke.steps.reviews.effects"
    label = "effects"
