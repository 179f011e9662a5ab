"""What every stage does: open a sheet, pick, ask the gate, look with axe, move on."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import expect

from tests.journeys.walking import press
from tuoke.spine.deals import queries as deals
from tuoke.spine.deals.models import Opportunity

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
AXE_RUN = """() => axe.run({resultTypes: ["violations"], elementRef: false, preload: false})
  .then(({violations}) => violations.map(({id, nodes}) => `${id} ${nodes[0].html.slice(0, 160)}`))"""


def missing(deal) -> set[str]:
    """What this step's gate asks or advises and doesn't find."""
    fresh = Opportunity.objects.get(pk=deal.pk)
    found = [f for f in deals.gate_judgement(fresh).findings if f.criterion.key.startswith(fresh.step)]
    return {f.criterion.kind for f in found if not f.passed}


def sheet(page, opener):
    """The form that a button opens in the sheet."""
    opener.click()
    form = page.locator("#sheet-body form").first
    expect(form).to_be_visible()
    return form


def pick(field, text):
    """Of a choice the option that names it."""
    value = field.locator("option", has_text=text).first.get_attribute("value")
    field.select_option(value)


def accessible(visitor):
    """axe finds nothing on what is open, and nothing sticks out."""
    visitor.page.evaluate(AXE.read_text())
    assert visitor.page.evaluate(AXE_RUN) == []
    assert visitor.fits()


def advance(rep, deal, *, to):
    page = rep.page
    rep.look(deal.get_absolute_url())
    press(page, page.get_by_role("button", name="推进到").first)
    deal.refresh_from_db()
    assert deal.step == to
