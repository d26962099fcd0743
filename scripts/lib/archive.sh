# shellcheck shell=bash
# Makes the archive that lets the JVM start with classes it need not load and link again: an AOT cache from JDK 25 on,
# an AppCDS archive before. Needs lib/environment.sh, lib/http.sh and the variables PROJECT_DIR, APP_DIR, JAVA_HOME and JDK_VERSION.
# Sourced by scripts/build and docker/Dockerfile, never run.

# Starts Gaia for real in a folder of its own, talks to it, stops it: what it loaded on the way goes into the archive.
# Nothing of the user's environment or .env reaches this run, so no real provider or database is ever touched.
# train <folder> <JVM option>
train() {
  local folder="$1" port gaia tenths=0
  port="$(free_port)"
  rm -rf "$folder"
  mkdir -p "$folder"
  cd "$PROJECT_DIR" || return 1
  set -m
  # shellcheck disable=SC2046 # a list of options
  env -i PATH="$PATH" HOME="$HOME" LANG="${LANG:-C.UTF-8}" TMPDIR="${TMPDIR:-/tmp}" \
    GAIA_ENV_FILE="$folder/.env" GAIA_EMBEDDED=true GAIA_DATA_DIR="$folder/data" GAIA_READY_FILE="$folder/ready" \
    GAIA_SUPERVISOR_PID=$$ SERVICE_HOST=127.0.0.1 SERVICE_PORT="$port" GAIA_MANAGEMENT_PORT="$(free_port)" \
    API_KEY=training SUPABASE_JWT_SECRET=training-secret-of-32-characters RATE_LIMIT_REQUESTS=100000 \
    "$JAVA_HOME/bin/java" $(jvm_options) "$HEAP_MAX" "$2" -cp "$APP_DIR/gaia.jar" dev.gaia.GaiaApplication \
    </dev/null >"$folder/training.log" 2>&1 &
  gaia=$!
  set +m
  trap 'kill "$gaia" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$gaia" 2>/dev/null && [ ! -s "$folder/ready" ] && [ "$tenths" -lt 1200 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  if [ -s "$folder/ready" ]; then
    traffic "$port" >"$folder/traffic.log" 2>&1 || true
  fi
  kill -TERM "$gaia" 2>/dev/null || true
  wait "$gaia" 2>/dev/null || true
  trap - INT TERM
  [ -s "$folder/ready" ]
}

# traffic <port>: every kind of operation a few times.
traffic() {
  local round
  for round in 1 2 3 4 5 6 7 8 9 10; do
    http "$1" GET / training
    http "$1" GET /health training
    http "$1" GET "/api/v1/unknown/$round" training
    http "$1" POST /calculator/add training '{"a": 1, "b": 2}'
    http "$1" POST /api/v1/auth/validate training '{"api_key": "training"}'
    http "$1" GET /api/v1/assets/test training
    http "$1" GET /api/v1/chat/status training
    http "$1" POST /api/v1/chat training '{"message": "Hello"}'
    http "$1" POST /api/v1/chat training '{"message": "Hello", "stream": true}'
    http "$1" POST /api/v1/chat/completions training '{"messages": [{"role": "user", "content": "Hello"}], "stream": true}'
  done
}

# make_archive <folder for the training run>: non-zero when there is no archive afterwards.
make_archive() {
  local archive option
  if [ "$JDK_VERSION" -ge 25 ]; then
    archive="$APP_DIR/gaia.aot"
    option="-XX:AOTCacheOutput=$archive"
  else
    archive="$APP_DIR/gaia.jsa"
    option="-XX:ArchiveClassesAtExit=$archive"
  fi
  rm -f "$APP_DIR/gaia.aot" "$APP_DIR/gaia.jsa"
  if ! train "$1" "$option" || [ ! -f "$archive" ]; then
    rm -f "$archive"
    return 1
  fi
}
