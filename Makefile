# study      set up, train studies/quick.yaml (or STUDY=studies/x.yaml), compare with the committed digests
# reproduce  every study whose results are committed, quick and studies/cpu, one after another; half an hour to two hours on two cores,
#            may be interrupted; ends with how many digests agree
# test       set up, check the format, run every Swift test
# interop    check against PyTorch, h5py, xarray and SciPy, in a Python environment it makes in .venv
# interop-networks  hold the networks against PyTorch at full size; some minutes, some 3 GiB
# interop-curvature  hold more eigenvalues of more images against SciPy's over PyTorch's products; slow
# browser    check the report page in a headless Chromium
# latex      compile the LaTeX tables of STUDY's results and of the tests' snapshots
# tables     write the tables and figures of STUDY's results again
# bench      measure against PyTorch, in the same Python environment (docs/benchmarks.md)
# torture    kill studies at every step and at random for SECONDS, and see that nothing is lost
# fuzz       10,000 damaged files of each kind through every reader, then libFuzzer for FUZZ seconds on each
# test-slurm   run studies on a Slurm cluster of this machine's own processes; some half an hour, mostly waiting
# bundle     make .build-bundle/inertia.tar.gz, a program for machines without Swift (docs/slurm.md)
# test-bundle  make it and run a study with it in a Debian root that has nothing else, as root
# docs       make the documentation site, .build/docs/site
# profile    show where the time of a training step goes, as in `make profile NETWORK=resnet8`
# emulated   compare digests of the tiny studies with those of emulated processors
# lint       check the format
# format     put the sources into the format
# clean      remove what was built; never results

STUDY ?= studies/quick.yaml
# Options of `inertia run` or of the benchmarks, as in `make study OPTIONS="--jobs 1"`.
OPTIONS ?=
SOURCES = Package.swift Sources Tests
BUILD = swift build -c release --product inertia
INERTIA = .build/release/inertia
PYTHON = .venv/bin/python
NETWORK ?= lenet
SECONDS ?= 120
FUZZ ?= 30
STUDY_NAME = $$(scripts/study-name.sh $(STUDY))

.PHONY: study reproduce test interop interop-networks interop-curvature browser latex tables bench torture fuzz test-slurm bundle test-bundle docs profile emulated lint format clean setup inertia

study: inertia
	@scripts/study.sh $(INERTIA) $(STUDY) $(OPTIONS)

reproduce: inertia
	@scripts/reproduce.sh $(INERTIA) studies/quick.yaml studies/cpu/*.yaml

test: setup lint
	swift test -c release --disable-xctest --disable-testable-imports

interop: inertia .venv/ready
	$(PYTHON) -m pytest Tests/Interop --inertia $(INERTIA)

interop-networks: inertia .venv/ready
	$(PYTHON) -m pytest Tests/Interop/test_networks.py --full --inertia $(INERTIA)

interop-curvature: inertia .venv/ready
	$(PYTHON) -m pytest Tests/Interop/test_curvature.py --full --inertia $(INERTIA)

browser: inertia .venv/ready
	@scripts/setup.sh browser
	INERTIA_LARGE_PAGE=$(CURDIR)/.build/large.html swift test -c release --disable-xctest \
	  --disable-testable-imports --filter ScaleTests
	$(PYTHON) -m pytest Tests/Browser --inertia $(INERTIA) --large .build/large.html

latex:
	@scripts/setup.sh latex
	@scripts/latex.sh results/$(STUDY_NAME)/tables
	@scripts/latex.sh Tests/FiguresTests/Snapshots

tables: inertia
	$(INERTIA) collect results/$(STUDY_NAME)

bench: inertia .venv/ready
	$(PYTHON) benchmarks/bench.py $(INERTIA) $(OPTIONS)

torture: inertia
	python3 Tests/Torture/torture.py $(INERTIA) --seconds $(SECONDS) $(OPTIONS)

fuzz: setup
	INERTIA_FUZZ=10000 swift test -c release --disable-xctest --disable-testable-imports \
	  --filter FuzzTests
	scripts/fuzz.sh $(FUZZ)

test-slurm: inertia
	@scripts/setup.sh slurm
	python3 Tests/Slurm/slurm.py $(INERTIA) $(OPTIONS)

bundle: setup
	@scripts/bundle/make.sh

test-bundle: inertia bundle
	@scripts/setup.sh bundle
	@scripts/bundle/check.sh

docs: inertia
	python3 scripts/docs.py .build/release .build/docs

profile: inertia
	$(INERTIA) benchmark profile --network $(NETWORK) $(OPTIONS)

emulated: inertia
	@scripts/setup.sh emulated
	@scripts/emulated.sh $(INERTIA)

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

format:
	swift format --in-place --parallel --recursive $(SOURCES)

clean:
	rm -rf .build .build-bundle .build-fuzz .venv

setup:
	@scripts/setup.sh

inertia: setup
	$(BUILD)

# The stamp is made last, so a broken installation is made again.
.venv/ready: Tests/Interop/requirements.txt
	@scripts/setup.sh interop
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --requirement Tests/Interop/requirements.txt
	@touch $@
