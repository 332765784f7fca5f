# make test    everything that is checked: it gets what it needs, and says what it had to leave out
# make lint    the linter alone; likewise format, tidy, build, vet, weight, quickstart
# make bench   the benchmarks of all modules
# make bench-ratio   the main job beside decompression alone
# make bench-peers   the rule engine beside others
# make fuzz    every fuzz target for FUZZTIME (10s); with SOAK=1 for ten minutes each
# make tools   the programs of the linter and the integration tests, into .tools

.PHONY: test tools format tidy build vet weight lint quickstart bench bench-ratio bench-peers fuzz

test:
	@.ci/check tools format tidy build vet weight lint test quickstart

lint:
	@.ci/check tools lint

tools format tidy build vet weight quickstart bench fuzz:
	@.ci/check $@

bench-ratio:
	@go run ./internal/mainjob/ratio

bench-peers:
	@cd internal/peers && GOWORK=off go run ./table -samples ../../examples/quickstart/testdata
