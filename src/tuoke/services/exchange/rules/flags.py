"""Yes and no."""

from __future__ import annotations

from tuoke.services.exchange.rules.cells import Cell, Problem, compact

_YES = frozenset("是 有 已 对 真 y yes true t 1 1.0 √ ✓ ✔ 已接触 接触过 有接触 已联系 已确认 可 可以".split())  # noqa: SIM905  # words read better as words
_NO = frozenset(
    "否 没有 无 未 不 不是 非 假 n no false f 0 0.0 × ✗ ✘ x 未接触 没接触 没有接触 未联系 未确认 尚未 尚未接触 还没有 不可".split()  # noqa: SIM905
)


def yes_no(cell: Cell) -> bool | Problem | None:
    """``是``, ``否``, ``已接触``, ``√``, 1, TRUE … Here ``无`` is a no, not a blank."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, str):
        folded = "".join(cell.split()).lower()
        if folded in _YES:
            return True
        if folded in _NO:
            return False
    elif cell == 1 or cell == 0:
        return cell == 1
    shown = compact(cell)
    return Problem("yes_no_unclear", {"text": shown[:80]}) if isinstance(shown, str) else shown
