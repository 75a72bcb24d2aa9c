# Everything Ringup needs from outside, brought in one way: Debian packages, five source trees, npm packages.
# Sourced by ./dev, which sets `root` (the checkout). The result is build/deps.cmake, read by CMakeLists.txt.
#
# Sources of other Debian suites come through a private apt configuration made from the machine's own, npm
# packages through the machine's own npm configuration: no host is named here. apt checks the archive's
# signatures, npm the integrity in package-lock.json; cmake/deps.lock records what was tested.

debian_packages=(
  brotli ca-certificates ccache chromium clang clang-format clang-tidy cmake dpkg-dev emscripten fonts-inter
  fonttools g++ googletest libargon2-dev libclang-rt-14-dev libgtest-dev libjpeg62-turbo-dev libkainjow-mustache-dev
  libpng-dev libssl-dev libwebp-dev ninja-build nlohmann-json3-dev oathtool openssl patch python3 python3-aiosmtpd
  python3-brotli slowhttptest testssl.sh tzdata xz-utils zlib1g-dev
)

say() { printf '%s\n' "$*" >&2; }
fail() { printf './dev: %s\n' "$*" >&2; exit 1; }

cache_folder() {
  if [ -n "${RINGUP_CACHE:-}" ]; then printf '%s' "$RINGUP_CACHE"
  elif [ -n "${XDG_CACHE_HOME:-}" ]; then printf '%s' "$XDG_CACHE_HOME/ringup"
  elif [ -n "${HOME:-}" ]; then printf '%s' "$HOME/.cache/ringup"
  else printf '%s' "$root/build/cache"
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root once, to install Debian packages: run './dev deps' as root, or install sudo"
  fi
}

# Runs a command quietly; its output is shown only when it fails.
quietly() {
  local output
  if ! output=$("$@" 2>&1); then
    printf '%s\n' "$output" | tail -n 40 >&2
    return 1
  fi
}

install_debian_packages() {
  command -v apt-get >/dev/null || fail "Ringup is built on Debian 12 or a relative of it; there is no apt-get here"
  local missing=() installed package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${debian_packages[@]}" 2>/dev/null || true)
  for package in "${debian_packages[@]}"; do
    if ! grep -qx "$package installed" <<<"$installed"; then
      # An emcc of the user's own, new enough, is taken as it is; so are other ways to have these commands.
      if [ "$package" = emscripten ] && own_emcc_will_do; then continue; fi
      missing+=("$package")
    fi
  done
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  command -v git >/dev/null || missing+=(git)
  [ ${#missing[@]} = 0 ] && return 0
  say "Installing Debian packages: ${missing[*]}"
  local log="$root/build/deps-apt.log"
  as_root apt-get update >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get update failed (all of it: $log)"; }
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "apt-get could not install these packages (all of it: $log)"; }
}

own_emcc_will_do() {
  local version
  version=$(em++ --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9.]*\) .*/\1/p')
  [ -n "$version" ] && dpkg --compare-versions "$version" ge 3.1.6
}

lock_lines() { awk -v name="$1" '$1 == name' "$root/cmake/deps.lock"; }
tested_versions() { lock_lines "$1" | cut -d' ' -f2; }
tested_checksum() { lock_lines "$1" | awk -v version="$2" '$2 == version { print $4 }'; }

# judge NAME VERSION CHECKSUM: is this one of the tested ones, a newer one, or one to refuse?
judge() {
  local name=$1 version=$2 checksum=$3 expected oldest="" tested
  expected=$(tested_checksum "$name" "$version")
  if [ -n "$expected" ]; then
    [ "$expected" = "$checksum" ] ||
      fail "$name $version has the checksum $checksum, but cmake/deps.lock says $expected: it was changed on its way"
    return 0
  fi
  while read -r tested; do
    if [ -z "$oldest" ] || dpkg --compare-versions "$tested" lt "$oldest"; then oldest=$tested; fi
  done < <(tested_versions "$name")
  dpkg --compare-versions "$version" ge "$oldest" ||
    fail "$name $version is older than $oldest, the oldest version Ringup is tested with; set RINGUP_$(source_variable "$name")_SOURCE to a tree of a newer one"
  say "Warning: $name $version is not among the tested versions ($(tested_versions "$name" | tr '\n' ' ')); building with it all the same."
}

source_variable() {
  case $1 in imgui) echo IMGUI ;; cpp-httplib) echo HTTPLIB ;; sqlite) echo SQLITE ;; curl) echo CURL ;;
    qr-code-generator) echo QRCODEGEN ;; esac
}

private_apt() {
  local command=$1
  shift
  "$command" -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$cache/apt/parts" \
    -o "Dir::State::Lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache" -o APT::Sandbox::User=root "$@"
}

private_apt_ready=""
prepare_private_apt() {
  [ -n "$private_apt_ready" ] && return 0
  mkdir -p "$cache/apt/parts" "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
  python3 "$root/cmake/apt_sources.py" bookworm trixie sid >"$cache/apt/parts/ringup.list" ||
    fail "cannot find out where this machine gets Debian from; $source_help"
  say "Reading the source lists of bookworm, trixie and sid (about 10 s, once)"
  local output try
  for try in 1 2 3; do
    output=$(private_apt apt-get update 2>&1) && break
    [ "$try" = 3 ] && { printf '%s\n' "$output" | tail -n 10 >&2; say "apt-get update had trouble; going on with what it has"; }
  done
  private_apt_ready=yes
}

# debian_source NAME SUITE…: leaves the tree in `tree`. Takes a tested one from the cache, else asks the archive: the
# newest tested version, then the suites in turn; an index can be ahead of its mirror, so each is tried twice.
debian_source() {
  local name=$1 version candidate folder try dsc
  shift
  local -a candidates=()
  source_help="or set RINGUP_$(source_variable "$name")_SOURCE to a tree of it that you have"
  while read -r version; do
    folder="$cache/sources/${name}_$version"
    if [ -e "$folder/.complete" ]; then tree="$folder/tree"; return 0; fi
    candidates+=("$name=$version")
  done < <(tested_versions "$name")
  candidates=("${candidates[0]}" "${@/#/$name/}")
  prepare_private_apt
  mkdir -p "$cache/sources"
  for candidate in "${candidates[@]}"; do
    for try in 1 2; do
      rm -rf "$cache/sources/download"
      mkdir -p "$cache/sources/download"
      (cd "$cache/sources/download" && private_apt apt-get source --download-only "$candidate") \
        >"$cache/sources/$name.log" 2>&1 && break
    done
    dsc=$(echo "$cache/sources/download/"*.dsc)
    [ -f "$dsc" ] || continue
    version=$(sed -n 's/^Version: \(.*\)$/\1/p' "$dsc" | head -n 1)
    (cd "$cache/sources/download" && quietly dpkg-source --no-check -x "$dsc" tree) || continue
    judge "$name" "$version" "$(sha256sum <"$dsc" | cut -d' ' -f1)"
    say "Fetched $name $version"
    folder="$cache/sources/${name}_$version"
    rm -rf "$folder"
    mv "$cache/sources/download" "$folder"
    touch "$folder/.complete"
    tree="$folder/tree"
    return 0
  done
  tail -n 10 "$cache/sources/$name.log" >&2
  fail "the Debian source package $name could not be fetched from $*: try again later, $source_help"
}

# debian_upstream NAME SUITE…: the same for a package whose upstream archive is all that is wanted: leaves its tree in
# `tree`. apt checks it against the signed index, as it does everything.
debian_upstream() {
  local name=$1 version suite folder try archive
  shift
  source_help="or set RINGUP_$(source_variable "$name")_SOURCE to a tree of it that you have"
  while read -r version; do
    folder="$cache/sources/${name}_$version"
    if [ -e "$folder/.complete" ]; then tree="$folder/tree"; return 0; fi
  done < <(tested_versions "$name")
  prepare_private_apt
  mkdir -p "$cache/sources"
  for suite in "$@"; do
    for try in 1 2; do
      rm -rf "$cache/sources/download"
      mkdir -p "$cache/sources/download/tree"
      (cd "$cache/sources/download" && private_apt apt-get source --download-only --tar-only "$name/$suite") \
        >"$cache/sources/$name.log" 2>&1 && break
    done
    archive=$(echo "$cache/sources/download/${name}_"*.orig.tar.*)
    [ -f "$archive" ] || continue
    version=$(basename "${archive%.orig.tar.*}")
    version=${version#"${name}_"}
    quietly tar -xf "$archive" -C "$cache/sources/download/tree" --strip-components=1 || continue
    judge "$name" "$version" "$(sha256sum <"$archive" | cut -d' ' -f1)"
    say "Fetched $name $version"
    folder="$cache/sources/${name}_$version"
    rm -rf "$folder"
    mv "$cache/sources/download" "$folder"
    touch "$folder/.complete"
    tree="$folder/tree"
    return 0
  done
  tail -n 10 "$cache/sources/$name.log" >&2
  fail "the upstream archive of the Debian source package $name could not be fetched from $*: try again later, $source_help"
}

# header_version FILE PATTERN: the first group of the pattern in the file.
header_version() { sed -n "s/$2/\1/p" "$1" | head -n 1; }

# check_tree NAME FOLDER FILE PATTERN MINIMUM: the tree is what it should be and new enough.
check_tree() {
  local name=$1 folder=$2 file=$3 pattern=$4 minimum=$5 version variable
  variable=RINGUP_$(source_variable "$name")_SOURCE
  [ -f "$folder/$file" ] || fail "$folder has no $file: it is not a tree of $name; look at $variable"
  version=$(header_version "$folder/$file" "$pattern")
  dpkg --compare-versions "${version:-0}" ge "$minimum" ||
    fail "$name in $folder is ${version:-of no known version}, but at least $minimum is needed; set $variable to a newer tree"
}

# build_curl TREE: leaves in `curl_built` the folder of libcurl.a and its headers, made once for each tree, compiler
# and choice below: HTTP, HTTPS and SMTP over OpenSSL, with zlib, and nothing that this machine happens to have.
build_curl() {
  local source=$1 folder key option
  local -a choice=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_INSTALL_LIBDIR=lib
    -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF
    -DENABLE_MANUAL=OFF -DENABLE_CURL_MANUAL=OFF -DCURL_USE_OPENSSL=ON -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_ZLIB=ON
    -DENABLE_THREADED_RESOLVER=ON -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none)
  for option in CURL_BROTLI CURL_ZSTD USE_NGHTTP2 CURL_USE_LIBSSH2 CURL_USE_LIBSSH USE_LIBIDN2 CURL_USE_LIBPSL \
    CURL_USE_GSSAPI USE_LIBRTMP ENABLE_ARES ENABLE_UNIX_SOCKETS CURL_CA_FALLBACK; do choice+=("-D$option=OFF"); done
  for option in ALTSVC COOKIES DICT DOH FILE FTP GOPHER HSTS IMAP IPFS LDAP LDAPS LIBCURL_OPTION MQTT NETRC NTLM POP3 \
    PROGRESS_METER RTSP SMB TELNET TFTP WEBSOCKETS; do choice+=("-DCURL_DISABLE_$option=ON"); done
  key=$({ echo "$source ${choice[*]}"; cat "$source/include/curl/curlver.h"; cc --version
    dpkg-query -W -f '${Version}\n' libssl-dev zlib1g-dev libc6-dev; } | sha256sum | cut -c1-16)
  curl_built="$cache/curl-$key"
  [ -e "$curl_built/.complete" ] && return 0
  say "Building libcurl (about 30 s, once)"
  folder="$cache/curl-$key.build"
  rm -rf "$folder" "$curl_built"
  quietly cmake -S "$source" -B "$folder" -G Ninja -DCMAKE_INSTALL_PREFIX="$curl_built" "${choice[@]}" &&
    quietly cmake --build "$folder" --target install ||
    fail "libcurl could not be built from $source; RINGUP_CURL_SOURCE may name another tree"
  rm -rf "$folder"
  touch "$curl_built/.complete"
}

npm_packages() {
  local key folder
  key=$(cat "$root/package.json" "$root/package-lock.json" | sha256sum | cut -c1-16)
  folder="$cache/npm-$key"
  if [ ! -e "$folder/.complete" ]; then
    say "Fetching npm packages"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$root/package.json" "$root/package-lock.json" "$root/.npmrc" "$folder/"
    # With an empty HOME npm would look for its configuration in the wrong place.
    local home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
    (cd "$folder" && HOME=$home npm_config_cache="$cache/npm-cache" quietly npm ci --ignore-scripts --no-fund --no-audit) ||
      fail "npm could not fetch the packages of package-lock.json: look at npm's own configuration and try again"
    touch "$folder/.complete"
  fi
  node_modules="$folder/node_modules"
  # Browser tests import from here; a folder of the user's own is left alone.
  if [ -L "$root/node_modules" ] || [ ! -e "$root/node_modules" ]; then ln -sfn "$node_modules" "$root/node_modules"; fi
}

ensure_deps() {
  mkdir -p "$root/build"
  cache=$(cache_folder)
  mkdir -p "$cache"
  cache=$(cd "$cache" && pwd)
  install_debian_packages

  local stamp
  stamp=$({
    cat "$root/cmake/deps.sh" "$root/cmake/deps.lock" "$root/cmake/apt_sources.py" "$root/package-lock.json"
    echo "$root $cache ${RINGUP_IMGUI_SOURCE:-} ${RINGUP_HTTPLIB_SOURCE:-} ${RINGUP_SQLITE_SOURCE:-} ${RINGUP_CURL_SOURCE:-} ${RINGUP_QRCODEGEN_SOURCE:-}"
  } | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$root/build/deps.stamp" 2>/dev/null)" = "$stamp" ] && deps_are_there; then return 0; fi

  # Several checkouts may share one cache: one of them fetches, the others wait.
  exec 8>"$cache/lock"
  flock 8

  local tree node_modules imgui httplib sqlite curl curl_built qrcodegen source_help=""
  imgui=${RINGUP_IMGUI_SOURCE:-}
  if [ -z "$imgui" ]; then debian_source imgui sid trixie; imgui=$tree; fi
  check_tree imgui "$imgui" imgui.h '^#define IMGUI_VERSION  *"\([0-9.]*\).*' 1.92
  httplib=${RINGUP_HTTPLIB_SOURCE:-}
  if [ -z "$httplib" ]; then debian_source cpp-httplib sid trixie; httplib=$tree; fi
  check_tree cpp-httplib "$httplib" httplib.h '^#define CPPHTTPLIB_VERSION  *"\([0-9.]*\).*' 0.18.7
  curl=${RINGUP_CURL_SOURCE:-}
  if [ -z "$curl" ]; then debian_source curl bookworm trixie sid; curl=$tree; fi
  check_tree curl "$curl" include/curl/curlver.h '^#define LIBCURL_VERSION  *"\([0-9.]*\).*' 7.88
  build_curl "$curl"
  qrcodegen=${RINGUP_QRCODEGEN_SOURCE:-}
  if [ -z "$qrcodegen" ]; then debian_upstream qr-code-generator bookworm trixie sid; qrcodegen=$tree; fi
  [ -f "$qrcodegen/c/qrcodegen.c" ] || fail "$qrcodegen has no c/qrcodegen.c: it is not a tree of qr-code-generator; look at RINGUP_QRCODEGEN_SOURCE"
  npm_packages
  sqlite=${RINGUP_SQLITE_SOURCE:-}
  if [ -z "$sqlite" ]; then
    sqlite="$node_modules/better-sqlite3/deps/sqlite3"
    judge sqlite "$(header_version "$sqlite/sqlite3.h" '^#define SQLITE_VERSION  *"\([0-9.]*\).*')" \
      "$(sha256sum <"$sqlite/sqlite3.c" | cut -d' ' -f1)"
  fi
  check_tree sqlite "$sqlite" sqlite3.h '^#define SQLITE_VERSION  *"\([0-9.]*\).*' 3.51.3

  # emcc must not see /usr/include, so the JSON headers get a folder of their own.
  mkdir -p "$cache/nlohmann"
  ln -sfn /usr/include/nlohmann "$cache/nlohmann/nlohmann"

  {
    echo "# Written by ./dev deps."
    echo "set(RINGUP_IMGUI_DIR \"$imgui\")"
    echo "set(RINGUP_HTTPLIB_DIR \"$httplib\")"
    echo "set(RINGUP_SQLITE_DIR \"$sqlite\")"
    echo "set(RINGUP_CURL_DIR \"$curl_built\")"
    echo "set(RINGUP_QRCODEGEN_DIR \"$qrcodegen/c\")"
    echo "set(RINGUP_NODE_MODULES \"$node_modules\")"
    echo "set(RINGUP_NLOHMANN_DIR \"$cache/nlohmann\")"
    echo "set(RINGUP_CACHE_DIR \"$cache\")"
  } >"$root/build/deps.cmake.new"
  # Kept untouched when nothing in it changed, so that CMake does not configure again.
  if cmp -s "$root/build/deps.cmake.new" "$root/build/deps.cmake"; then rm "$root/build/deps.cmake.new"
  else mv "$root/build/deps.cmake.new" "$root/build/deps.cmake"; fi
  echo "$stamp" >"$root/build/deps.stamp"
  exec 8>&-
}

deps_are_there() {
  local folder
  [ -f "$root/build/deps.cmake" ] || return 1
  [ -e "$root/node_modules" ] || return 1
  while read -r folder; do
    [ -d "$folder" ] || return 1
  done < <(sed -n 's/^set([A-Z_]* "\(.*\)")$/\1/p' "$root/build/deps.cmake")
}
