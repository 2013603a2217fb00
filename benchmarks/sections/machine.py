"""What the machine can do at most: fused multiply-adds and copying, on one core and on all."""

from measuring import spread

TITLE = "The machine's limits"
LIMIT = 60


def measure(bench):
    rows = []
    for threads in sorted({1, bench.cores}):
        found = [bench.ours("machine", "--threads", threads) for _ in bench.turns()]
        rows.append({
            "threads": threads,
            "flops_per_second": spread([value["flops_per_second"] for value in found]),
            "copy_bytes_per_second": spread([value["copy_bytes_per_second"] for value in found]),
        })
    return {"rows": rows}


def tables(values, cell):
    yield (
        "Fused multiply-adds in registers, each counted as two operations; bytes read and written by "
        "copying 256 MiB.",
        ["threads", "multiply-adds, GFLOP/s", "copying, GB/s"],
        [[str(row["threads"]), cell.range(row["flops_per_second"], 1e-9, 1),
          cell.range(row["copy_bytes_per_second"], 1e-9, 1)] for row in values["rows"]],
    )
