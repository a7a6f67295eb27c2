#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All cases that need root or a special machine, one after another."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Python"))

import cases
import disks
import limits
import measures
import membership
import networks
import users

if __name__ == "__main__":
    modules = [networks, membership, disks, limits, users, measures]
    sys.exit(cases.run([case for module in modules for case in module.CASES]))
