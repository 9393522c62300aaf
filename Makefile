# Portineria. The two main commands: make dev, make test.
.PHONY: help dev demo test bench deploy recover setup build fmt lint native worker wire browser
.NOTPARALLEL:

help:           ## prints these lines
	@sed -n 's/^\([a-z]*\): .*## /\1	/p' Makefile

dev:            ## runs the service on this machine (PORT, STATE, VARS)
	@scripts/dev
demo:           ## runs it with a host, accounts and people
	@scripts/demo
test: fmt lint native worker wire browser ## runs fmt, lint, native, worker, wire and browser
bench:          ## measures the budgets, and the worker against an older one (BASE)
	@scripts/bench
deploy:         ## deploys migrations and worker to Cloudflare
	@scripts/deploy
recover:        ## makes a reset link (EMAIL, STATE; REMOTE, ENV, PUBLIC_URL)
	@scripts/recover
setup:          ## fetches missing tools
	@scripts/setup
build:          ## builds the worker into build/
	@scripts/build

fmt:            ## checks the format of the code
	@scripts/setup native lint
	cargo fmt --check
lint:           ## runs clippy and fails on a warning
	@scripts/setup native lint worker
	@scripts/lint
native:         ## runs unit tests and scenarios in process
	@scripts/setup native
	cargo test --locked --lib --bins $(addprefix --test ,$(filter-out wire,$(basename $(notdir $(wildcard tests/*.rs)))))
worker:         ## builds the worker and checks its size
	@scripts/build
	@scripts/size
wire:           ## runs the scenarios over HTTP, on workerd
	@scripts/setup worker
	cargo test --locked --test wire -- --nocapture
	@scripts/harness
browser:        ## tests the pages in Chromium
	@scripts/browser
