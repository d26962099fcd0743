# shellcheck shell=bash
# HTTP over bash's own sockets: a fresh machine may have no curl. Sourced, never run.

# http <port> <method> <path> <key> [body]: prints the whole answer, status line first.
http() {
  local port="$1" method="$2" path="$3" key="$4" body="${5:-}"
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
    "$method" "$path" "$key" "$(printf '%s' "$body" | wc -c | tr -d ' ')" "$body" >&3
  cat <&3
  exec 3>&-
}

# Prints a loopback port nobody listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s' "$port"
      return
    fi
  done
}
