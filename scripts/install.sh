# Installs what ./run and ./test need; sourced by both. POSIX sh.
#
# Everything goes below BANDO_HOME, but for packages of the distribution and static/vendor.
# A stamp holds the hash of the lock that a folder was made from: the second time nothing is done
# and no network is needed. A stamp is taken away before the work and put back after it, so that
# work cut short is done again.

say() { # say VIETNAMESE ENGLISH
    printf '%s\n%s\n' "$1" "$2"
}

fail() { # fail VIETNAMESE ENGLISH
    say "$1" "$2" >&2
    exit 1
}

hash_of() { # hash_of FILE...: one word for the contents of files
    cat "$@" | sha256sum | cut -c1-32
}

is_stamped() { # is_stamped STAMP HASH
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

# --- packages of the distribution ------------------------------------------------------------

may_install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_packages() { # install_packages PACKAGE...
    say "Đang cài: $*" "Installing: $*"
    mkdir -p "$BANDO_HOME/log"
    {
        as_root apt-get update &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends "$@"
    } >"$BANDO_HOME/log/packages.log" 2>&1 || {
        tail -n 15 "$BANDO_HOME/log/packages.log" >&2
        fail "Không cài được: $*. Nhật ký: $BANDO_HOME/log/packages.log" \
            "Could not install: $*. Log: $BANDO_HOME/log/packages.log"
    }
}

has_postgres() {
    for folder in /usr/lib/postgresql/15 /usr/pgsql-15; do
        [ -x "$folder/bin/initdb" ] || continue
        for file in "$folder"/share/extension/postgis.control \
            /usr/share/postgresql/15/extension/postgis.control; do
            [ -f "$file" ] && return 0
        done
    done
    command -v initdb >/dev/null 2>&1 && command -v pg_config >/dev/null 2>&1 &&
        [ -f "$(pg_config --sharedir)/extension/postgis.control" ]
}

need_postgres() {
    [ -z "${BANDO_DATABASE_URL:-}" ] || return 0
    has_postgres && return 0
    packages="postgresql-15 postgresql-15-postgis-3 postgresql-15-postgis-3-scripts"
    if may_install_packages; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $packages
        has_postgres && return 0
    fi
    fail "Thiếu PostgreSQL 15 với PostGIS. Nhờ quản trị viên chạy:
    apt-get install $packages
hoặc đặt BANDO_DATABASE_URL=postgresql://quan_tri:mat_khau@may_chu/ten_csdl để dùng máy chủ có sẵn." \
        "PostgreSQL 15 with PostGIS is missing. Ask the administrator to run:
    apt-get install $packages
or set BANDO_DATABASE_URL=postgresql://admin:password@host/database to use a server you have."
}

need_browser() {
    missing=""
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    [ -d /usr/share/fonts/truetype/noto ] || missing="$missing fonts-noto-core"
    [ -n "$missing" ] || return 0
    if may_install_packages; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $missing
        return 0
    fi
    fail "Kiểm thử trình duyệt cần: $missing. Nhờ quản trị viên chạy: apt-get install $missing" \
        "The browser tests need: $missing. Ask the administrator to run: apt-get install $missing"
}

# --- Python ----------------------------------------------------------------------------------

python_is_usable() { # python_is_usable PYTHON
    "$1" -c 'import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in /usr/bin/python3 /usr/bin/python3.11 /usr/bin/python3.12 \
        python3 python3.11 python3.12; do
        if python_is_usable "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

need_python() {
    PYTHON=$(find_python) && return 0
    if may_install_packages; then
        install_packages python3 python3-venv
        PYTHON=$(find_python) && return 0
    fi
    fail "Cần Python 3.11 hoặc 3.12 có venv. Nhờ quản trị viên chạy: apt-get install python3-venv" \
        "Python 3.11 or 3.12 with venv is needed. Ask the administrator: apt-get install python3-venv"
}

make_environment() { # make_environment FOLDER LOCK: a Python environment from a hashed lock
    folder=$1 lock=$2
    wanted=$(hash_of "$lock" "$SCRIPTS/install.sh")
    if is_stamped "$folder/bando.stamp" "$wanted" && "$folder/bin/python" -c '' 2>/dev/null; then
        return 0
    fi
    rm -f "$folder/bando.stamp"
    say "Đang cài thư viện Python ($(basename "$lock"))…" \
        "Installing Python libraries ($(basename "$lock"))…"
    if ! "$folder/bin/python" -c 'import pip' 2>/dev/null; then
        need_python
        "$PYTHON" -m venv --clear "$folder"
    fi
    PIP_CACHE_DIR="$BANDO_HOME/cache/pip" PIP_DISABLE_PIP_VERSION_CHECK=1 \
        "$folder/bin/python" -m pip install --quiet --no-input --no-compile --use-pep517 --require-hashes -r "$lock" ||
        fail "Không cài được thư viện Python; lần đầu cần có mạng." \
            "The Python libraries could not be installed; the first time needs a network."
    make_command "$folder"
    echo "$wanted" >"$folder/bando.stamp"
}

# The command points at the sources beside this script. `pip install -e` would do the same and
# leave a folder of its own among them.
make_command() { # make_command FOLDER
    site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$PROJECT" >"$site/bando.pth"
    cat >"$1/bin/bando" <<EOF
#!$1/bin/python
import os
import sys

# Compiled files go here and not among the sources.
sys.pycache_prefix = "$BANDO_HOME/cache/python"
os.environ.setdefault("NUMBA_CACHE_DIR", "$BANDO_HOME/cache/numba")
from api.cli import main

sys.exit(main())
EOF
    chmod 755 "$1/bin/bando"
}

# --- libraries of the browser ----------------------------------------------------------------

need_npm() {
    if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
        return 0
    fi
    # The npm of this wheel is a script of its environment.
    make_environment "$BANDO_HOME/tools" "$PROJECT/tools.lock"
    PATH="$BANDO_HOME/tools/bin:$PATH"
    export PATH
}

install_browser_libraries() { # install_browser_libraries all|used
    wanted=$(hash_of "$PROJECT/package.json" "$PROJECT/package-lock.json" "$SCRIPTS/install.sh")
    npm_home="$BANDO_HOME/npm"
    if ! is_stamped "$npm_home/bando.stamp" "$wanted all" &&
        ! is_stamped "$npm_home/bando.stamp" "$wanted $1"; then
        say "Đang cài thư viện trình duyệt…" "Installing browser libraries…"
        need_npm
        mkdir -p "$npm_home"
        rm -f "$npm_home/bando.stamp"
        cp "$PROJECT/package.json" "$PROJECT/package-lock.json" "$PROJECT/.npmrc" "$npm_home/"
        omit=""
        [ "$1" = all ] || omit="--omit=dev"
        # shellcheck disable=SC2086 # none or one word
        (cd "$npm_home" && npm_config_cache="$BANDO_HOME/cache/npm" \
            npm ci --ignore-scripts --loglevel=error $omit >/dev/null) ||
            fail "Không cài được thư viện trình duyệt; lần đầu cần có mạng." \
                "The browser libraries could not be installed; the first time needs a network."
        echo "$wanted $1" >"$npm_home/bando.stamp"
    fi
    copy_browser_libraries "$wanted"
}

copy_browser_libraries() { # copy_browser_libraries HASH: what browsers get, with its licences
    vendor="$PROJECT/static/vendor" modules="$BANDO_HOME/npm/node_modules"
    is_stamped "$vendor/bando.stamp" "$1" && return 0
    rm -f "$vendor/bando.stamp"
    mkdir -p "$vendor/maplibre-gl" "$vendor/h3-js" "$vendor/be-vietnam-pro/files" "$vendor/leaflet" \
        "$vendor/echarts"
    for name in maplibre-gl.mjs maplibre-gl-shared.mjs maplibre-gl-worker.mjs maplibre-gl.css; do
        cp "$modules/maplibre-gl/dist/$name" "$vendor/maplibre-gl/"
    done
    cp "$modules/maplibre-gl/LICENSE.txt" "$vendor/maplibre-gl/"
    cp "$modules/h3-js/dist/browser/h3-js.es.js" "$modules/h3-js/LICENSE" "$modules/h3-js/NOTICE" \
        "$vendor/h3-js/"
    font="$modules/@fontsource/be-vietnam-pro"
    cp "$font/400.css" "$font/600.css" "$font/LICENSE" "$vendor/be-vietnam-pro/"
    for weight in 400 600; do
        for letters in vietnamese latin-ext latin; do
            cp "$font/files/be-vietnam-pro-$letters-$weight-normal.woff2" \
                "$vendor/be-vietnam-pro/files/"
        done
    done
    cp "$modules/leaflet/dist/leaflet.js" "$modules/leaflet/dist/leaflet.css" \
        "$modules/leaflet/LICENSE" "$vendor/leaflet/"
    cp "$modules/echarts/dist/echarts.esm.min.mjs" "$modules/echarts/LICENSE" \
        "$modules/echarts/NOTICE" "$vendor/echarts/"
    echo "$1" >"$vendor/bando.stamp"
}

# --- one installation at a time --------------------------------------------------------------

prepare_home() {
    BANDO_HOME=${BANDO_HOME:-$PROJECT/.bando}
    # The server's user must be able to pass through the folders, whatever the umask.
    (umask 022 && mkdir -p "$BANDO_HOME") || fail "Không tạo được $BANDO_HOME" "Cannot make $BANDO_HOME"
    BANDO_HOME=$(cd "$BANDO_HOME" && pwd)
    export BANDO_HOME
}

# No "|| exit" behind the parentheses: it would switch `set -e` off inside them.
one_at_a_time() { # one_at_a_time FUNCTION: under a lock that ends with this process
    (
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        "$@"
    ) 9>"$BANDO_HOME/install.lock"
}
