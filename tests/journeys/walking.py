"""What both walks share: the file of purchase intentions, the worker's part, and what a diligent rep fills in."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.conftest import DATA
from tests.journeys.conftest import FETCHING
from tuoke.base.accounts.queries import principal_of
from tuoke.doors.cli.demo import reviewing, signing
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.deals.models import Opportunity

REAL = DATA / "shandong_purchase_intentions" / "output_8214d9f9-a3f4-4ad5-a3a3-196fe8cd2e66.xlsx"
BUYER = r"^(.+?)\d{4}年"  # the buyer stands only in the title
HEADERS = ("序号", "地区", "标题", "采购项目名称", "采购需求概况", "预算金额(万元)", "预计采购时间")
ROWS = (
    (
        "1",
        "山东省本级",
        "鲁东示范医院2026年02月(至)05月政府采购意向",
        "信息系统升级",
        "整合现有业务系统的数据",
        "45.000000",
        "2027年01月",
    ),
    (
        "2",
        "山东省本级",
        "海滨示范学院2026年02月(至)05月政府采购意向",
        "录播教室",
        "建设录播教室",
        "65.000000",
        "2027年03月",
    ),
)


def intentions(folder: Path) -> Path:
    """The real file where it is at hand, else one of the same shape."""
    if REAL.is_file():
        return REAL
    path = folder / "intentions.xlsx"
    write_table(path, headers=HEADERS, rows=ROWS)
    return path


def let_the_worker_work() -> None:
    """What ``tuoke.services.jobs.work`` does with what waits."""
    for task in DBTaskResult.objects.ready():
        task.claim("journey")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


def plant_sources() -> None:
    """What the migration planted and a transactional test before this one swept away."""
    if not LeadSource.objects.exists():
        import_module("tuoke.spine.catalog.migrations.0002_sources").plant(apps, None)


def values_of(form) -> dict[str, object]:
    """A form as a browser would send it back unchanged."""
    sent = {}
    for field in form:
        value = field.value()
        if value not in (None, "", False):
            sent[field.html_name] = value
    return sent


def fill_in(page, **facts: object) -> None:
    """Type into a page's form, by the fields' names; of a choice its value, or ``label=…``."""
    for name, value in facts.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("field => field.tagName") == "SELECT":
            text = str(value)
            chosen = {"label": text.removeprefix("label=")} if text.startswith("label=") else {"value": text}
            field.select_option(**chosen)
        else:
            field.fill(str(value))


def press(page, button, *, refused: bool = False) -> None:
    """Press and wait until the answer to what was sent is there."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        button.click()
    assert (sent.value.status >= 400) is refused, (sent.value.url, sent.value.status)
    if sent.value.request.is_navigation_request():
        page.wait_for_load_state("networkidle")
    else:
        page.wait_for_selector(FETCHING, state="detached")


def reach(page, place: str, *, most: int = 120) -> None:
    """Go there as somebody without a mouse: Tab by Tab."""
    wanted = page.locator(place).first
    for _ in range(most):
        if wanted.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{place} cannot be reached by keyboard")


def sign_or_review(deal, kind: str) -> bool:
    """The contract and the review, by their rooms' own verbs: at the screen they are walked in test_signed_and_learned."""
    done = {"outcome_won": signing.sign_whole, "contract_matches": signing.sign_whole, "review_held": reviewing.report}
    done["review_reported"] = reviewing.report
    if kind not in done:
        return False
    current = Opportunity.objects.select_related("customer", "owner", "playbook_version").get(pk=deal.pk)
    done[kind](current, by=principal_of(current.owner), at=timezone.now())
    return True
