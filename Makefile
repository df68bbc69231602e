# What everybody who works on Kept runs. `make help` lists it.
#
# Nothing here has to be installed first on Debian for root; others are told what is missing, and tests that
# need it are skipped, each saying so again at the end.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash

RUN ?=
PACKAGES ?= ./...
BENCH ?= .
COUNT ?= 6
export FUZZ ?=
export FUZZTIME ?= 3s
export KEPT_SKIPPED := $(CURDIR)/out/skipped

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test
test: start needs static race plain foreign fuzz browser ## everything that must pass before a change lands
	@cat $(KEPT_SKIPPED) 2>/dev/null || echo "Nothing was skipped."

.PHONY: quick
quick: start ## vet and the Go tests, without race detector and browser
	go vet $(PACKAGES)
	scripts/postgres go test $(PACKAGES)

.PHONY: build
build: ## the program, out/kept
	CGO_ENABLED=0 go build -trimpath -o out/kept ./cmd/kept

.PHONY: browser
browser: needs ## tests of pages in Chromium; RUN=NAME for those whose name matches
	scripts/browser test '$(RUN)'

.PHONY: screenshots
screenshots: needs ## pictures of all pages in out/screenshots; RUN=NAME for those whose name matches
	scripts/browser screenshots '$(RUN)'

.PHONY: foreign
foreign: ## other people's programs read and check a log
	cd interop && go vet ./... && go test -count 1 -timeout 30m ./...

.PHONY: fuzz
fuzz: ## every Fuzz function for FUZZTIME=3s; FUZZ=NAME for those that match
	scripts/fuzz $(PACKAGES)

.PHONY: trial
trial: needs ## the trials at full length: crashes, slow lines, size; RUN=NAME for those that match TestTrialNAME
	KEPT_TRIAL=1 scripts/postgres go test -count 1 -v -timeout 3h -run '^TestTrial$(RUN)' $(PACKAGES)
	[ -n '$(RUN)' ] || KEPT_TRIAL=1 $(MAKE) foreign
	[[ SlowLine != '$(RUN)'* ]] || scripts/browser trial

.PHONY: bench
bench: needs ## benchmarks, COUNT=6 times each, into out/bench.txt; BENCH=NAME for those that match
	@mkdir -p out
	set -o pipefail; scripts/postgres go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 2h $(PACKAGES) | tee out/bench.txt

.PHONY: clean
clean: ## removes what was made
	rm -rf out browser/node_modules browser/node/node_modules

# The parts of test.

.PHONY: start
start:
	@mkdir -p out && rm -f $(KEPT_SKIPPED)

.PHONY: needs
needs:
	@scripts/needs

.PHONY: static
static:
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not gofmt: $$unformatted"; exit 1; }
	go vet $(PACKAGES)
	go tool -modfile=scripts/tools/go.mod staticcheck $(PACKAGES)
	scripts/vulnerabilities
	scripts/browser check

# The rooms in which several things happen at once; of the others those tests in which they do. All else is steps and tables, and the race
# detector makes them many times slower. The longest lists of cases are cut short or left out under it.
.PHONY: race
race:
	scripts/postgres go test -race -timeout 15m ./device ./ledger ./spool ./staff ./store ./voice
	scripts/postgres go test -race -timeout 15m ./audit ./cmd/kept ./figures ./safety ./web -run \
		'Beside|TestMemo|Serv|Simulate|Scripts/(serve|demo|accounts|s3_)|TestS3|TestS4|TestS5|Pages|Phone|Batch|Lost|Picture|Together|TestS14Wire|CardsBreakOff|CardsStream|Sessions|RoundCourse|AnswersAreCounted'

# All but those that were whole under the race detector.
.PHONY: plain
plain:
	scripts/postgres go test -timeout 15m $$(go list $(PACKAGES) | grep -Ev '/(device|spool|staff|store|voice)$$')
