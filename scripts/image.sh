#!/bin/sh
# Puts what browsers get into an image, with the copying that ./run uses.
set -eu
PROJECT=$(cd "$(dirname "$0")/.." && pwd -P)
SCRIPTS="$PROJECT/scripts"
# shellcheck source=scripts/install.sh
. "$SCRIPTS/install.sh"
copy_browser_libraries image
