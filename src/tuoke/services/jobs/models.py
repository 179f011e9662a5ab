from __future__ import annotations

from django.db import models


class Beat(models.Model):
    """A worker's sign of life. ``place`` and ``pid`` tell the machine it runs on at once when it is dead."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    place = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} at {self.place}"


class Tick(models.Model):
    """When a periodic job was last put into the queue."""

    name = models.CharField(max_length=60, primary_key=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
