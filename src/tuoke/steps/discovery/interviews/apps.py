from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    name = "tuoke.steps.discovery.interviews"
    label = "interviews"
