#!/bin/sh
# Fails if the committed assembly is not what the generator writes. It leaves the new files in place,
# so that a failure can be looked at, and then kept or reverted.
set -eu
cd "$(dirname "$0")/.."
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp peak_amd64.s peakstubs_amd64.go "$before"
go generate .
status=0
for file in peak_amd64.s peakstubs_amd64.go; do
	diff -u "$before/$file" "$file" || status=1
done
if [ $status -ne 0 ]; then
	echo "check.sh: generated files differ from those that were here" >&2
fi
exit $status
