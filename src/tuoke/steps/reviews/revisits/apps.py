from django.apps import AppConfig


class RevisitsConfig(AppConfig):
    name = "tuoke.steps.reviews.revisits"
    label = "revisits"
