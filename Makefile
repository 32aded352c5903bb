# make test        everything that stands on its own: Go tests with the race detector, real editors
# make acceptance  what needs the shared corpus (SIPLS_SHARED, by default ../shared)
# make lint        vet, staticcheck, gofumpt
# make bench       the program on generated logs beside grep and sipgo: a table, bench.json, what is slower than BEFORE
# make bench-go    benchmarks of the hot paths
# make fuzz        every fuzz target for FUZZTIME each
# make rule-pages  knowledge/rules anew, after a rule has changed

GO       ?= go
FUZZTIME ?= 20s
MINUTE   ?= 60s
TOOL     := $(GO) tool -modfile=.ci/tools/go.mod

.PHONY: all build test test-go test-fuzz test-editors acceptance lint format bench bench-go fuzz rule-pages clean

all: build

build:
	CGO_ENABLED=0 $(GO) build -o bin/sipls ./cmd/sipls

test: test-go test-fuzz test-editors

test-go:
	$(GO) test -race -timeout 15m ./...

# Scanner and parser, a minute each.
test-fuzz:
	$(GO) test -run '^$$' -fuzz '^FuzzScan$$' -fuzztime $(MINUTE) -fuzzminimizetime 10x ./server/trace
	$(GO) test -run '^$$' -fuzz '^FuzzParse$$' -fuzztime $(MINUTE) -fuzzminimizetime 10x ./server/sip

test-editors:
	bash editors/neovim/test/run.sh
	bash editors/vscode/test/run.sh

acceptance:
	$(GO) test -tags acceptance -count 1 -timeout 15m ./...

lint:
	$(GO) vet ./...
	$(GO) vet -tags acceptance ./...
	$(TOOL) staticcheck -tags acceptance ./...
	@unformatted=$$($(TOOL) gofumpt -l cmd knowledge server); \
	if [ -n "$$unformatted" ]; then echo "gofumpt would change (make format):"; echo "$$unformatted"; exit 1; fi

format:
	$(TOOL) gofumpt -w cmd knowledge server

bench: build
	$(GO) run ./server/bench -out bench.json $(if $(BEFORE),-against $(BEFORE)) $(BENCHFLAGS)

bench-go:
	$(GO) test -run '^$$' -bench . -benchmem ./knowledge ./server/...

fuzz:
	@for pkg in $$($(GO) list ./knowledge ./server/...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

rule-pages:
	$(GO) run ./cmd/sipls rule --pages knowledge/rules

clean:
	rm -rf bin editors/vscode/dist editors/vscode/node_modules editors/vscode/*.vsix
