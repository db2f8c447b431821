#!/bin/sh
# Prove that no command, nor a process it starts, opens a network socket: strace follows all of them. Needs strace.
set -u
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config"
tried=0 opened=0
while read -r arguments; do
  # shellcheck disable=SC2086 the words of a line are the arguments
  timeout 300 strace -f -qq -e trace=network -o "$work/calls" .venv/bin/advisor $arguments < /dev/null > /dev/null 2>&1
  status=$?
  found=$(grep -c 'AF_INET' "$work/calls")
  tried=$((tried + 1)) opened=$((opened + found))
  echo "status $status, $found network sockets: advisor $arguments"
done <<LIST
assess --brief examples/team-of-20.toml --no-flips --draws 200
assess --brief examples/team-of-20.toml --no-flips --draws 200 --save --records $work/records
why examples/team-of-20.toml --no-flips
sensitivity examples/team-of-20.toml
compare examples/team-of-20.toml examples/team-of-20.toml
ask --plain
size llama-3.1-8b --gpu h200 --gpus 1 --precision fp8
catalog show gpus
catalog age
rules lint
rules test
rules coverage
claims
sources
schema answers
locate
completions bash
records list --records examples/ledger
records show 1 --records examples/ledger
records due --records examples/ledger
records verify 1 --records examples/ledger
LIST
echo "$tried commands, $opened network sockets"
test "$opened" -eq 0
