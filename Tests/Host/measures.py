# SPDX-License-Identifier: Apache-2.0
"""The benchmark itself: a bound that nothing can keep has to show."""

import subprocess

from hosts import ROOT, Failed


def run_bench(scale):
    """One quick figure against its bound times `scale`: exit status and last line."""
    command = [ROOT / "Tests/Bench/bench.sh", "--only", "lease page check", "--bound-scale", scale]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout.strip().splitlines()[-1]


def bench_that_is_over_its_bound():
    """a figure over its bound makes the benchmark fail and is named in its last line"""
    code, line = run_bench("0.01")
    if code != 1 or not line.endswith("1 over: lease page check"):
        raise Failed(f"exit status {code}: {line}")
    code, line = run_bench("1000")
    if code != 0 or not line.endswith("1 figures within their bounds, 0 over"):
        raise Failed(f"exit status {code}: {line}")


CASES = [bench_that_is_over_its_bound]
