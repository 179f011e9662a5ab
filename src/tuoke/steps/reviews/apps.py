from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "tuoke.steps.reviews"
    label = "reviews"
