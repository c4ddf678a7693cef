from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. Its target, where it has one, is a most."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    target: float | None = None

    @property
    def is_missed(self) -> bool:
        return self.target is not None and self.value > self.target

    def line(self) -> str:
        value = f"{self.value:,.3f}" if self.value < 100 else f"{self.value:,.0f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        target, verdict = "", ""
        if self.target is not None:
            target = f"<= {self.target:g} {self.unit}"
            verdict = "MISSED" if self.is_missed else "met"
        return (
            f"{self.name:<50}{value:>10} {self.unit:<4}{ratio:>8}  {target:<12}{verdict}"
        ).rstrip()
