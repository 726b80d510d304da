# One machine, a few commands: `make up` to see it, `make test` to check it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help up install test format clean

PYTHON ?=
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
READY := $(VENV)/.installed

help:
	@echo "make up        run Proofroom on http://127.0.0.1:8000 (PORT=, HOST= choose another)"
	@echo "make install   make .venv with the proofroom command"
	@echo "make test      every gate and every test"
	@echo "make format    put the code into the shape that the gates ask for"
	@echo "make clean     remove .venv; what Proofroom keeps in .proofroom stays"

up: $(READY)
	@exec $(VENV)/bin/proofroom up --host $(HOST) --port $(PORT)

install: $(READY)

test: $(READY)
	@exec .ci/gates

format: $(READY)
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format --quiet .
	@find templates -name '*.html' -exec $(VENV)/bin/djhtml {} +

clean:
	@rm -rf $(VENV)

$(READY): requirements.lock pyproject.toml .ci/install
	@PYTHON="$(PYTHON)" VENV="$(VENV)" .ci/install
	@touch $(READY)
