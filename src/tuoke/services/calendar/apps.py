from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "tuoke.services.calendar"
    label = "calendar"
