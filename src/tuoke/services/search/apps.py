from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "tuoke.services.search"
    label = "search"
