from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. A target of a ratio is a least, any other target a most."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    target: float | None = None

    @property
    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        if self.unit == "/s":
            return self.ratio is not None and self.ratio >= self.target
        return self.value <= self.target

    @property
    def _wanted(self) -> str:
        if self.target is None:
            return ""
        if self.unit == "/s":
            return f"ratio >= {self.target:g}"
        return f"<= {self.target:g} {self.unit}"

    def line(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {None: "", True: "met", False: "MISSED"}[self.is_met]
        value = f"{self.value:,.3f}" if self.value < 100 else f"{self.value:,.0f}"
        return (
            f"{self.name:<50}{value:>10} {self.unit:<4}{ratio:>8}"
            f"  {self._wanted:<14}{verdict}"
        ).rstrip()
