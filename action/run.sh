#!/usr/bin/env bash
# Writes what changes between $BASE and $HEAD as Markdown and what is wrong at $HEAD as SARIF, and says where and whether that is a
# failure as outputs of the step. Both are read from commits, whatever is checked out.
set -euo pipefail

folder="${RUNNER_TEMP:-$(mktemp -d)}"
report="$folder/watertight.md"
sarif="$folder/watertight.sarif"
read -r -a watertight <<<"$WATERTIGHT"
read -r -a paths <<<"${WATERTIGHT_PATH:-.}"

status=0
reason=""

changed=0
"${watertight[@]}" diff --git "$BASE...$HEAD" "${paths[@]}" -o md --exit-code >"$report" || changed=$?
[ "$changed" -le 1 ] || exit "$changed"
if [ "${FAIL_ON_CHANGE:-false}" = true ] && [ "$changed" -eq 1 ]; then
  status=1 reason="what the policies allow changes"
fi

# What is checked out may be the merge of both: findings have to be at the lines of $HEAD.
head="$(mktemp -d)/head"
git worktree add --quiet --detach "$head" "$HEAD"
trap 'git worktree remove --force "$head"' EXIT
prefix=$(git rev-parse --show-prefix)

grave=0
(cd "$head/$prefix" && "${watertight[@]}" gaps "${paths[@]}" -o sarif ${FAIL_ON:+--fail-on "$FAIL_ON"}) >"$sarif" || grave=$?
[ "$grave" -le 1 ] || exit "$grave"
if [ "$grave" -eq 1 ]; then
  status=1 reason="there are findings of severity $FAIL_ON or graver"
fi

cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
printf '%s\n' "report=$report" "sarif=$sarif" "status=$status" "reason=$reason" >>"${GITHUB_OUTPUT:-/dev/stdout}"
