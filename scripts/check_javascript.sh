#!/bin/sh
# Types of our JavaScript by tsc: check_javascript.sh NODE_MODULES CACHE
#
# The types of the libraries lie in BANDO_HOME, which may be anywhere; tsconfig.json, which editors
# read, therefore does not say where.
set -eu
PROJECT=$(cd "$(dirname "$0")/.." && pwd -P)
MODULES=$1 CACHE=$2

mkdir -p "$CACHE"
cat >"$CACHE/tsconfig.json" <<EOF
{
  "extends": "$PROJECT/tsconfig.json",
  "compilerOptions": {
    "typeRoots": ["$MODULES/@types"],
    "paths": {"*": ["$MODULES/*", "$MODULES/@types/*"]}
  }
}
EOF
exec "$MODULES/.bin/tsc" --noEmit -p "$CACHE/tsconfig.json"
