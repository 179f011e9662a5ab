from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "tuoke.spine.library"
    label = "library"
