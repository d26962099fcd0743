# shellcheck shell=bash
# What every script needs to know about the machine: where the project is, which JDK, Maven and nats-server to use.
# Sourced, never run. Plain enough for bash 3.2, which is what macOS has.

PROJECT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
LOWEST_JDK=21
# shellcheck disable=SC2034 # used by the scripts that source this file
APP_DIR="$PROJECT_DIR/target/app"
# Debian keeps servers where the PATH of an ordinary user does not look.
PATH="$PATH:/usr/local/sbin:/usr/sbin"
export PATH

say() { printf '%s\n' "$*"; }

# One sentence on standard error, then the end: no script goes on after a failed step.
refuse() {
  printf 'gaia: %s\n' "$*" >&2
  exit 1
}

# Prints the feature version of a JDK folder ("25"), or nothing when it holds no compiler.
jdk_version() {
  local version=""
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    version="$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1/release" | head -n 1)"
  fi
  if [ -z "$version" ]; then
    version="$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac //p')"
  fi
  version="${version#1.}"
  printf '%s' "$version" | sed 's/[^0-9].*$//'
}

# One folder per line: what the user chose first, then the usual places of Linux and macOS.
jdk_candidates() {
  local tool folder
  if [ -n "${JAVA_HOME:-}" ]; then
    printf '%s\n' "$JAVA_HOME"
  fi
  tool="$(command -v javac || true)"
  while [ -n "$tool" ] && [ -L "$tool" ]; do
    folder="$(cd "$(dirname "$tool")" && pwd)"
    tool="$(readlink "$tool")"
    case "$tool" in
      /*) ;;
      *) tool="$folder/$tool" ;;
    esac
  done
  if [ -n "$tool" ]; then
    (cd "$(dirname "$tool")/.." && pwd)
  fi
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home 2>/dev/null || true
  fi
  for folder in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/lib/jvm/* /opt/java/* /opt/*jdk* /opt/jdk/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -d "$folder" ]; then
      printf '%s\n' "$folder"
    fi
  done
}

# Sets and exports JAVA_HOME to the newest JDK of the machine, and JDK_VERSION to its feature version. Of two equally
# new ones the first candidate wins, so that JAVA_HOME decides.
choose_jdk() {
  local folder version best="" best_version=0
  while IFS= read -r folder; do
    version="$(jdk_version "$folder")"
    if [ -n "$version" ] && [ "$version" -gt "$best_version" ]; then
      best="$folder"
      best_version="$version"
    fi
  done <<CANDIDATES
$(jdk_candidates)
CANDIDATES
  if [ "$best_version" -eq 0 ]; then
    refuse "No JDK found; install JDK $LOWEST_JDK or newer (Temurin, or your system's openjdk package) or set JAVA_HOME to one."
  fi
  if [ "$best_version" -lt "$LOWEST_JDK" ]; then
    refuse "The newest JDK found is version $best_version in $best; Gaia needs JDK $LOWEST_JDK or newer (set JAVA_HOME if you have one elsewhere)."
  fi
  JAVA_HOME="$best"
  JDK_VERSION="$best_version"
  export JAVA_HOME
}

# The options of every JVM that runs Gaia, without blanks inside them; relative to the project's folder.
jvm_options() {
  printf "%s\n" @scripts/lib/jvm.options
  # Netty and protobuf still use it; newer JDKs print four lines about that.
  if [ "$JDK_VERSION" -ge 24 ]; then printf "%s\n" --sun-misc-unsafe-memory-access=allow; fi
}

# The bound of the heap, for scripts/run and the training of the start-up archive alike: without one, a JVM on a large
# machine lets garbage grow instead of collecting it, and lays out objects in another way than the archive has them.
# shellcheck disable=SC2034 # used by those that source this
HEAP_MAX=-Xmx448m

require_maven() {
  command -v mvn >/dev/null 2>&1 ||
    refuse "Maven is not on the PATH; install it (Debian: apt-get install maven, macOS: brew install maven)."
  # Maven before 3.9.10 makes newer JDKs print four lines about sun.misc.Unsafe at every start.
  if [ "$JDK_VERSION" -ge 24 ]; then
    export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  fi
}

have_nats_server() { command -v nats-server >/dev/null 2>&1; }

# Installs Debian packages without a question. Returns non-zero when that is not possible here.
install_packages() {
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || return 1
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >/dev/null 2>&1 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1
  fi
}

# Tries to have a nats-server; returns non-zero, after saying how to get one, when there is none.
require_nats_server() {
  have_nats_server && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    say "Installing nats-server (Debian package)…"
    install_packages nats-server || true
    # The package starts a server of its own on port 4222; Gaia runs a private one.
    if command -v systemctl >/dev/null 2>&1; then
      systemctl disable --now nats-server >/dev/null 2>&1 || true
    fi
    have_nats_server && return 0
  fi
  say "No nats-server found: get it with 'apt-get install nats-server' (Debian, Ubuntu) or 'brew install nats-server' (macOS)."
  return 1
}

have_npm() { command -v npm >/dev/null 2>&1; }

# Tries to have npm, for the MCP servers that some tests run; returns non-zero, after saying so, when there is none.
require_npm() {
  have_npm && return 0
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    say "Installing npm (Debian packages nodejs, npm)…"
    install_packages nodejs npm || true
    have_npm && return 0
  fi
  say "No npm found: get it with 'apt-get install nodejs npm' (Debian, Ubuntu) or 'brew install node' (macOS)."
  return 1
}

# For machines that are made for the tests: a JDK and Maven from Debian when there is none at all.
install_missing_tools() {
  local package
  if ! (choose_jdk) >/dev/null 2>&1; then
    for package in openjdk-25-jdk-headless openjdk-21-jdk-headless; do
      say "Installing a JDK (Debian package $package)…"
      if install_packages "$package"; then break; fi
    done
  fi
  if ! command -v mvn >/dev/null 2>&1; then
    say "Installing Maven (Debian package)…"
    install_packages maven || true
  fi
}
