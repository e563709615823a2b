"""One promised figure beside its limit and bar, as a line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`binding`: a bar that fails the run. The others are shown until the work they belong to is done. `note`: how taken."""

    name: str
    measured: str
    limit: str
    bar: str
    is_met: bool
    binding: bool = True
    note: str = ""

    def line(self) -> str:
        said = "ok" if self.is_met else "MISSED" if self.binding else "not yet"
        whole = f"{self.name:<44}{self.measured:<30}{self.limit:<30}{self.bar:<22}{said}"
        return f"{whole}\n    {self.note}" if self.note else whole


def ratio(name: str, measured: float, limit: float, unit: str, bar: float, *, of: str = "limit", binding: bool = True) -> Figure:
    """How much of the limit is reached, with a bar from below."""
    part = measured / limit
    return Figure(
        name, f"{measured:,.0f} {unit}", f"{of} {limit:,.0f} {unit}", f"{part:.0%}, >= {bar:.0%}", part >= bar, binding=binding
    )
