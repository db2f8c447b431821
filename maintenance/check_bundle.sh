#!/bin/sh
# Prove a bundle: built twice with the same digest, installed without network or compiler, used, and refused when changed.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here"
ssh-keygen -q -t ed25519 -N '' -C release -f "$work/key"
echo "release $(cat "$work/key.pub")" > "$work/signers"
for n in 1 2; do "${PYTHON:-.venv/bin/python}" -m maintenance.make_bundle "$work/$n" --key "$work/key" > /dev/null; done
cmp "$work"/1/*.tar.gz "$work"/2/*.tar.gz && echo "two builds: the same bytes, $(du -h "$work"/1/*.tar.gz | cut -f1)"
mkdir "$work/bin" "$work/empty" "$work/home"
for tool in sh env sha256sum ssh-keygen dirname cat tar gzip grep dd; do ln -s "$(command -v $tool)" "$work/bin/$tool"; done
python=$("${PYTHON:-.venv/bin/python}" -c 'import os, sys; print(os.path.realpath(sys.executable))')
ln -s "$python" "$work/bin/python3"
tar -xzf "$work"/1/*.tar.gz -C "$work"
bundle=$(echo "$work"/inference-advisor-*)
offline() { (cd "$work/empty" && unshare -rn env -i PATH="$work/bin" HOME="$work/home" LANG=C.UTF-8 \
  ALLOWED_SIGNERS="$work/signers" SIGNER=release "$@"); }
offline sh -c 'command -v gcc cc make' && exit 1
offline sh "$bundle/install.sh" "$work/empty/venv" > "$work/said"
grep '^advisor' "$work/said" || tail -1 "$work/said"
offline venv/bin/advisor assess "$bundle/examples/team-of-20.toml" --brief --quiet --save --records "$work/empty/records"
offline venv/bin/advisor records verify --records "$work/empty/records" > "$work/said"
grep -v '^not checked' "$work/said" | head -3
wheel=$(ls "$bundle"/wheels/numpy-*.whl)
printf '\001' | dd of="$wheel" bs=1 seek=1000 conv=notrunc status=none
if offline sh "$bundle/install.sh" "$work/empty/other" > "$work/said" 2>&1; then echo "a changed byte was installed"; exit 1; fi
tail -1 "$work/said"
test ! -e "$work/empty/other"
