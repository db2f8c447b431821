#!/bin/sh
# Prove that no command, nor a process it starts, opens a network socket: strace follows all of them. Needs strace.
# Each line of the list is the status that the command must end with (one that fails at once proves nothing) and its
# arguments; tests/cli/test_network_list.py holds the list to all commands there are.
set -u
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$here" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config"

# Two ledgers of one beginning, a key, a policy that names it, a reply that is no time token.
cp -r examples/ledger "$work/ours"
cp -r examples/ledger "$work/theirs"
ssh-keygen -q -t ed25519 -N '' -C me -f "$work/key"
key=$(cut -d ' ' -f 1,2 "$work/key.pub")
printf 'schema = "advisor.policy/1"\n[[people]]\nname = "me"\nkey = "%s"\nroles = ["owner"]\n' "$key" > "$work/policy.toml"
printf 'me %s\n' "$key" | tee -a "$work/ours/allowed_signers" >> "$work/theirs/allowed_signers"
printf 'nothing' > "$work/reply"
printf -- '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n' > "$work/authority.pem"

tried=0 opened=0 unlike=0
while read -r expected arguments; do
  # shellcheck disable=SC2086 the words of a line are the arguments
  timeout 300 strace -f -qq -e trace=network -o "$work/calls" .venv/bin/advisor $arguments < /dev/null > /dev/null 2>&1
  status=$?
  found=$(grep -c 'AF_INET' "$work/calls")
  tried=$((tried + 1)) opened=$((opened + found))
  test "$status" -eq "$expected" || { unlike=$((unlike + 1)); echo "expected status $expected:"; }
  echo "status $status, $found network sockets: advisor $arguments"
done <<LIST
0 assess --brief examples/team-of-20.toml --no-flips --draws 200 --save --records $work/records
0 assess --brief examples/hospital-air-gap.toml --no-flips --draws 200 --save --records $work/records
0 new --quiet
0 why examples/team-of-20.toml --no-flips
0 sensitivity examples/team-of-20.toml
0 compare examples/team-of-20.toml examples/hospital-air-gap.toml
0 ask --plain
0 size llama-3.1-8b --gpu h200 --gpus 1 --precision fp8
0 catalog show gpus
0 catalog age
0 catalog bill examples/usage-bill.csv
0 catalog import litellm examples/price-list.json --yes
0 catalog revert litellm
0 measure usage examples/measure/litellm-spend-logs.jsonl
0 measure benchmark examples/measure/vllm-serve-16.json --gpu h100-sxm --gpus 1 --precision bf16
0 measure evaluation examples/measure/evaluation.csv --api gpt-5.4 --open gpt-oss-120b
0 portfolio examples/portfolio/small-models.toml --brief --quiet
0 plan examples/team-of-20.toml --draws 200
0 gateway examples/team-of-20.toml --output $work/gateway.yaml
0 rules lint
0 rules test
0 rules coverage
0 rules show prefer.lock-in
0 rules diff examples/packs/acme
0 rules stamp
0 claims
0 sources
0 schema answers
0 locate
0 completions bash
0 records list --records examples/ledger
0 records show 1 --records examples/ledger
0 records diff 1 2 --records examples/ledger
0 records due --records examples/ledger
0 records verify 1 --records examples/ledger
0 records recheck --records examples/ledger
0 audit examples/ledger --policy examples/auditor/policy.toml
0 records sign 2 --key $work/key --as me --because Read. --records $work/ours
0 records accept 2 --signers 2 --by me --key $work/key --because Enough. --records $work/ours
0 records disapprove 2 --key $work/key --as me --because Guesses. --records $work/ours
0 records supersede 1 2 --by me --because Newer. --records $work/records
0 records withdraw 2 --by me --because Ended. --records $work/theirs
0 records merge $work/theirs --by me --key $work/key --records $work/ours
1 records merge-driver $work/theirs/00000006-record.toml $work/ours/00000006-record.toml
0 records policy set $work/policy.toml --key $work/key --as me --because Rules. --records $work/ours
0 records policy show --records $work/ours
0 records redact 6 --only because --by me --key $work/key --because Asked. --records $work/ours
0 records timestamp 2 --query $work/two.tsq --records $work/ours
2 records timestamp 2 --reply $work/reply --time-authority $work/authority.pem --by me --records $work/ours
0 records export --archive $work/decisions.tar --records $work/ours
0 records verify --no-replay --records $work/ours
LIST
echo "$tried commands, $opened network sockets, $unlike with another status than expected"
test "$opened" -eq 0 && test "$unlike" -eq 0
