"""The benchmark's tables, as text."""

from collections.abc import Mapping, Sequence
from statistics import geometric_mean

from tests.bench.load import Measured
from tests.bench.memory import Usage

Results = Mapping[str, Mapping[str, Measured]]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def throughput_table(operations: Sequence[str], results: Results) -> str:
    """Requests per second, p50/p99 in milliseconds, by operation and target."""
    rows = [["requests/s (p50/p99 ms)", *results]]
    rows += [[name, *(cell(found.get(name)) for found in results.values())] for name in operations]
    rows.append(["geometric mean", *(f"{mean(results[name], operations):.0f}" for name in results)])
    return table(rows)


def cell(measured: Measured | None) -> str:
    """Write one measurement."""
    return f"{measured.per_second:.0f} ({measured.p50:.1f}/{measured.p99:.1f})" if measured else "failed"


def mean(found: Mapping[str, Measured], operations: Sequence[str]) -> float:
    """Return the geometric mean over the operations that were measured, 0 when there are none."""
    values = [found[name].per_second for name in operations if name in found]
    return geometric_mean(values) if values else 0.0


def ratios_table(operations: Sequence[str], results: Results, ours: Sequence[str], peers: Sequence[str]) -> str:
    """How many times as fast as each peer we are."""
    columns = [
        (f"{own} / {other}", ratios(operations, results[own], results[other]))
        for own in ours
        for other in peers
        if own in results and other in results
    ]
    rows = [
        [name, *(f"{found[name]:.2f}" if name in found else "-" for _, found in columns)]
        for name in [*operations, "geometric mean"]
    ]
    return table([["ratio", *(title for title, _ in columns)], *rows])


def ratios(operations: Sequence[str], own: Mapping[str, Measured], other: Mapping[str, Measured]) -> dict[str, float]:
    """Divide what both were measured in, and take the geometric mean."""
    found = {
        name: own[name].per_second / other[name].per_second for name in operations if name in own and name in other
    }
    return {**found, "geometric mean": geometric_mean(found.values())} if found else {}


def accounts_table(creation: Sequence[float], kibibytes: float, base: Sequence[Usage]) -> str:
    """What accounts and processes cost."""
    rows = [
        [
            "account creation p50 / p95",
            f"{creation[len(creation) // 2]:.1f} / {creation[int(len(creation) * 0.95)]:.1f} ms",
        ],
        ["memory per loaded account", f"{kibibytes:.0f} KiB"],
    ]
    rows += [[f"base memory, {u.name}", f"{u.resident:.0f} MiB, {u.proportional:.0f} of it its share"] for u in base]
    return table(rows)
