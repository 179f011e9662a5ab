from django.apps import AppConfig


class ImprovementsConfig(AppConfig):
    name = "tuoke.steps.reviews.improvements"
    label = "improvements"
