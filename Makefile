# Shorter names for ./run; nothing here that ./run cannot do.
.PHONY: demo test check seed month

demo:
	./run demo

test:
	./run test

check:
	.ci/run

seed:
	./run seed --county small --seed 430482

month:
	./run month 2024-12
