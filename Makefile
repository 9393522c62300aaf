# Portineria. Two commands do everything: make dev, make test.
.PHONY: help dev demo test bench deploy recover setup build fmt lint native worker wire browser
.NOTPARALLEL:

help:           ## these lines
	@sed -n 's/^\([a-z]*\): .*## /\1	/p' Makefile

dev:            ## the service on this machine (PORT, STATE, VARS)
	@scripts/dev
demo:           ## the same, filled with a host, accounts and people
	@scripts/demo
test: fmt lint native worker wire browser ## everything below, in this order
bench:          ## the budgets, measured
	@scripts/bench
deploy:         ## migrations and worker to Cloudflare
	@scripts/deploy
recover:        ## a reset link by hand (EMAIL, STATE; REMOTE, ENV, PUBLIC_URL)
	@scripts/recover
setup:          ## the tools, fetched when missing
	@scripts/setup
build:          ## the worker, into build/
	@scripts/build

fmt:            ## is the code formatted
	@scripts/setup native lint
	cargo fmt --check
lint:           ## clippy, without a warning
	@scripts/setup native lint worker
	@scripts/lint
native:         ## unit tests and native scenarios
	@scripts/setup native
	cargo test --locked --lib --bins $(addprefix --test ,$(filter-out wire,$(basename $(notdir $(wildcard tests/*.rs)))))
worker:         ## the worker and its size
	@scripts/build
	@scripts/size
wire:           ## the scenarios over HTTP, on workerd
	@scripts/setup worker
	cargo test --locked --test wire -- --nocapture
	@scripts/harness
browser:        ## the pages, in Chromium
	@scripts/browser
