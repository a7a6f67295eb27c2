# SPDX-License-Identifier: Apache-2.0
#
# `make help` lists what there is.

SWIFT = $$(Packaging/swift.sh)
# An idle daemon mostly fetches code that has left the caches since the last heartbeat. Where modules
# are looked into, the libraries' generic code shrinks to what we use: an idle leader costs 5 to 10 %
# less.
RELEASE = ELECTD_STATIC=1 $(SWIFT) build -c release --static-swift-stdlib \
	-Xswiftc -cross-module-optimization
# What a build needs beside Swift, which itself needs most of these; what the tests need besides.
BUILD_NEEDS = binutils ca-certificates g++ git libcurl4 libedit2 libncurses6 libsqlite3-0 \
	libsystemd-dev libxml2 pkg-config tzdata zlib1g-dev
TEST_NEEDS = python3 python3-venv
VENV = .venv

.PHONY: help build deb test test-host demo bench simulate mutants model-small model lint format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

build: ## electd, electctl, electd-switch, electsim and electbench into .build/release
	@Packaging/need.sh $(BUILD_NEEDS)
	$(RELEASE)

deb: build ## Debian packages into dist/
	Packaging/deb.sh

test: $(VENV)/ready ## every test that needs no root
	@Packaging/need.sh $(BUILD_NEEDS)
	$(SWIFT) test
	$(VENV)/bin/python Tests/Python/clients.py
	$(VENV)/bin/python Tests/Python/supervised.py
	$(RELEASE)
	timeout 3m .build/release/electsim explore

# Only root can make machines to install the package on: for others there is nothing to pack.
test-host: build ## the tests that need root or a special machine; skips with a reason
	@[ "$$(id -u)" -ne 0 ] || Packaging/deb.sh
	Tests/Host/run.sh
	Tests/Systemd/run.sh

demo: build ## three daemons here: elect, lose the leader, elect the next
	@Tests/Demo/demo.sh

bench: build ## the cost of everything, measured on this machine
	@Tests/Bench/bench.sh

simulate: build ## 2,000 seeds and one from the commit, twice over: they pass and do not differ
	@Tests/Seeds/seeds.sh

mutants: ## each rule broken in one place, in turn: the tests notice; SOME=1: one of each group
	@Packaging/need.sh $(BUILD_NEEDS) python3
	@python3 -B Tests/Mutants/mutants.py --swift $(SWIFT) $(if $(SOME),--some) \
		$(if $(SEEDS),--seeds $(SEEDS)) $(NAMES)

model-small: build ## the TLA+ model in small worlds, and runs of the simulator held against it
	@Tests/Model/check.sh small
	@Tests/Model/check.sh mutations quick
	@Tests/Model/check.sh traces

model: model-small ## every rule taken out of the model in turn, then the large worlds (hours)
	@EVERY=1 SEEDS=200 Tests/Model/check.sh traces
	@Tests/Model/check.sh mutations
	@Tests/Model/check.sh large

lint: ## the formatter has nothing to say, and the manual says what the sources say
	@Packaging/need.sh $(BUILD_NEEDS)
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@Tests/Tidy/man.sh

format: ## let the formatter have its way
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## forget what was built
	rm -rf .build .build-mutants $(VENV) dist

$(VENV)/ready:
	@Packaging/need.sh $(TEST_NEEDS)
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet varlink==31.0.0 asyncvarlink==0.3.3
	@touch $@
