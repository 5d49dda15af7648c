#!/bin/sh
# Runs a command with a Node on its PATH that Scrip runs on. It takes this shell's place, so that signals reach it. A
# script that runs another one has looked already.
SCRIP_NODE=${SCRIP_NODE:-$(node "$(dirname "$0")/runtime.mjs")} || exit 1
[ -n "$SCRIP_NODE" ] || exit 1
PATH="$(dirname "$SCRIP_NODE"):$PATH"
export PATH SCRIP_NODE
exec "$@"
