"""A page for each kind of link."""

from __future__ import annotations

from collections.abc import Mapping

from tuoke.doors.portal.pages.contract import ContractPage
from tuoke.doors.portal.pages.delivery import DeliveryPage
from tuoke.doors.portal.pages.needs import NeedsPage
from tuoke.doors.portal.pages.page import Page
from tuoke.doors.portal.pages.plan import PlanPage
from tuoke.doors.portal.pages.proposal import ProposalPage
from tuoke.doors.portal.pages.returns import ReturnsPage
from tuoke.doors.portal.pages.survey import SurveyPage

PAGES: Mapping[str, Page] = {
    "needs": NeedsPage(),
    "proposal": ProposalPage(),
    "returns": ReturnsPage(),
    "survey": SurveyPage(),
    "contract": ContractPage(),
    "delivery": DeliveryPage(),
    "plan": PlanPage(),
}
