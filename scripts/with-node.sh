#!/bin/sh
# Runs a command with a Node on its PATH that Scrip runs on. It takes this shell's place, so that signals reach it.
runtime=$(node "$(dirname "$0")/runtime.mjs") || exit 1
PATH="$(dirname "$runtime"):$PATH"
export PATH
exec "$@"
