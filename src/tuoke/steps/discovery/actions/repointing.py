"""Handed down by config.wiring: needs go along when their customer or contact is merged into another."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.discovery.models import Confirmation, Need

repoint = repointer((Need, "customer"), (Need, "contact"), (Confirmation, "contact"))
