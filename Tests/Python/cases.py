# SPDX-License-Identifier: Apache-2.0
"""A list of cases, one after another: `ok`, `skip` or `FAIL` for each, and a count at the end."""

import signal
import sys
import time
import traceback


class Skipped(Exception):
    """Why a case cannot be shown on this machine."""


def run(cases):
    """Runs functions by their names, each with its sentence; returns the process's exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = [case for case in cases if not sys.argv[1:] or case.__name__ in sys.argv[1:]]
    passed = failed = skipped = 0
    for case in chosen:
        began = time.monotonic()
        try:
            case()
        except Skipped as reason:
            skipped += 1
            print(f"skip {case.__name__}: {reason}", flush=True)
        except Exception as what:  # a case must not end those behind it
            failed += 1
            print(f"FAIL {case.__name__}: {what}", flush=True)
            traceback.print_exc(limit=-4)
        else:
            passed += 1
            sentence = (case.__doc__ or "").strip().splitlines()[0]
            print(f"ok {case.__name__} ({time.monotonic() - began:.1f} s): {sentence}", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not passed + skipped else 0
