from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tuoke.services.files"
    label = "files"
