#!/usr/bin/env bash
# A real TimescaleDB server for tests and benches, in a folder of its own: Debian 13 with PostgreSQL 17 and the
# Apache edition of TimescaleDB, installed by debootstrap from the Debian mirror this machine's apt already uses.
# Nothing outside the folder changes (except that debootstrap itself is installed when it is missing) and nothing
# stays mounted. Needs root on Debian or a relative; the server runs as the folder's own unprivileged user.
#
#   timescale-server.sh install    build it and create the cluster (done already: does nothing); prints the URL
#   timescale-server.sh start      start it when it is not running; prints the URL
#   timescale-server.sh stop       end it in order: sessions are cut, data is checkpointed
#   timescale-server.sh kill       end it as a power cut would: no checkpoint, recovery at the next start
#   timescale-server.sh freeze     stop all its processes in place (SIGSTOP): connections hang, nothing is refused
#   timescale-server.sh thaw       let them go on
#   timescale-server.sh status     running | stopped | not installed   (exit 0 | 3 | 4)
#   timescale-server.sh version    versions of PostgreSQL and TimescaleDB in the folder
#   timescale-server.sh url        the URL of the role that owns the test databases
#   timescale-server.sh psql ...   psql as superuser, inside
#   timescale-server.sh destroy    stop it and remove the folder
#
# PLUME_TEST_SERVER_DIR   the folder; default .server in the project's root
# PLUME_TEST_SERVER_PORT  the port; default: a free one, chosen once and kept while it stays free
set -euo pipefail

release=trixie
pg_major=17
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dir=$(realpath -m "${PLUME_TEST_SERVER_DIR:-$project/.server}")
root=$dir/root
bin=/usr/lib/postgresql/$pg_major/bin
data=/srv/data # inside the root, as is sockets; neither path has a symbolic link, which would lead out of it
sockets=/srv/run
marker=$dir/installed
verb=${1:-help}

say() { printf '%s\n' "timescale-server: $*" >&2; }
fail() { say "$*"; exit 1; }

inside() { (cd / && exec chroot --userspec=postgres:postgres "$root" env -i PATH="$bin:/usr/bin:/bin" LC_ALL=C.UTF-8 HOME=/var/lib/postgresql "$@"); }

admin_psql() { inside psql -X -h "$sockets" -p "$(cat "$dir/port")" -d postgres "$@"; }

need_root() { [ "$(id -u)" = 0 ] || fail "needs root: it runs a Debian system inside $dir (chroot)."; }
need_installed() { [ -e "$marker" ] || fail "nothing is installed in $dir; run '$0 install' first."; }

# --- what runs ---------------------------------------------------------------------------------------------------

# Every process whose root directory is ours, and no other: safe to signal whatever its number was used for before.
our_pids() {
  local entry
  for entry in /proc/[0-9]*; do
    [ "$(readlink "$entry/root" 2>/dev/null)" = "$root" ] && printf '%s\n' "${entry#/proc/}"
  done
  return 0
}

postmaster_pid() {
  local pid
  pid=$(head -n 1 "$root$data/postmaster.pid" 2>/dev/null) || return 1
  [ "$(readlink "/proc/$pid/root" 2>/dev/null)" = "$root" ] && printf '%s\n' "$pid"
}

signal_all() {
  local pids
  pids=$(our_pids)
  [ -z "$pids" ] || kill "-$1" $pids 2>/dev/null || true # one may have ended meanwhile
}

wait_gone() {
  local i
  for i in $(seq 1 100); do
    [ -z "$(our_pids)" ] && return 0
    sleep 0.1
  done
  return 1
}

# --- building ----------------------------------------------------------------------------------------------------

# The http(s) archives this machine's apt is set to use, one-line and deb822 style, in order.
apt_archives() {
  local files=()
  shopt -s nullglob
  files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list)
  [ ! -e "${files[0]}" ] && files=("${files[@]:1}")
  [ ${#files[@]} -eq 0 ] || sed -nE 's/^[[:space:]]*deb[[:space:]]+(\[[^]]*\][[:space:]]+)?(https?:[^[:space:]]+).*/\2/p' "${files[@]}"
  files=(/etc/apt/sources.list.d/*.sources)
  shopt -u nullglob
  [ ${#files[@]} -eq 0 ] || awk '
    function flush() { if (!off) for (i = 1; i <= n; i++) print uri[i]; n = 0; off = 0; field = "" }
    FNR == 1 || /^[[:space:]]*$/ { flush() }
    /^#/ { next }
    { line = $0; if (match(line, /^[A-Za-z-]+:/)) { field = tolower(substr(line, 1, RLENGTH - 1)); line = substr(line, RLENGTH + 1) } }
    field == "enabled" && tolower(line) ~ /no/ { off = 1 }
    field == "uris" { k = split(line, part, /[[:space:]]+/); for (j = 1; j <= k; j++) if (part[j] ~ /^https?:/) uri[++n] = part[j] }
    END { flush() }' "${files[@]}"
}

# apt's own proxy setting and upper-case variables, in the form that wget (which debootstrap calls) reads.
export_proxies() {
  local scheme upper value
  for scheme in http https; do
    upper=$(printf '%s' "${scheme}_proxy" | tr a-z A-Z)
    value=$(eval "printf '%s' \"\${${scheme}_proxy:-\${$upper:-}}\"")
    [ -n "$value" ] || value=$(apt-config dump --format '%v%n' "Acquire::$scheme::Proxy" 2>/dev/null | head -n 1)
    case $value in '' | DIRECT | false) ;; *) export "${scheme}_proxy=$value" ;; esac
  done
}

archive_with_release() {
  local archive
  while read -r archive; do
    archive=${archive%/}
    if wget -q -T 20 -t 2 -O /dev/null "$archive/dists/$release/Release"; then
      printf '%s\n' "$archive"
      return 0
    fi
  done < <(apt_archives | awk '!seen[$0]++')
  return 1
}

unmount_all() {
  local point
  while read -r point; do umount "$point" 2>/dev/null || umount -l "$point"; done < <(awk -v r="$root/" 'index($2, r) == 1 { print $2 }' /proc/mounts | sort -r)
}

build_system() {
  local archive log=$dir/build.log
  if ! command -v debootstrap >/dev/null || ! command -v wget >/dev/null; then
    command -v apt-get >/dev/null || fail "needs Debian (apt-get) to install debootstrap."
    say "installing debootstrap"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap wget debian-archive-keyring; } >"$log" 2>&1 </dev/null ||
      { tail -n 5 "$log" >&2; fail "debootstrap could not be installed; $log says why."; }
  fi
  export_proxies
  archive=$(archive_with_release) || fail "none of the archives in /etc/apt has Debian $release."
  unmount_all
  rm -rf --one-file-system "$root"
  say "installing Debian $release with PostgreSQL $pg_major and TimescaleDB into $dir (about a minute)"
  debootstrap --foreign --variant=minbase --include="postgresql-$pg_major,postgresql-$pg_major-timescaledb" "$release" "$root" "$archive" \
    >"$log" 2>&1 </dev/null || { tail -n 5 "$log" >&2; fail "the packages could not be downloaded; $log says why."; }
  # Packages are configured without starting services, making a default cluster, or flushing each file.
  mkdir -p "$root/etc/dpkg/dpkg.cfg.d" "$root/etc/postgresql-common/createcluster.d" "$root/usr/sbin"
  printf 'force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >"$root/etc/dpkg/dpkg.cfg.d/plume"
  printf 'create_main_cluster = false\n' >"$root/etc/postgresql-common/createcluster.d/plume.conf"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" /debootstrap/debootstrap --second-stage \
    >>"$log" 2>&1 </dev/null || { unmount_all; tail -n 5 "$log" "$root/debootstrap/debootstrap.log" >&2 || true; fail "the packages could not be configured; $log says why."; }
  unmount_all
  rm -rf "$root"/var/cache/apt/archives/*.deb
}

make_cluster() {
  rm -rf "${root:?}$data"
  install -d -m 700 -o "$(stat -c %u "$root/var/lib/postgresql")" -g "$(stat -c %g "$root/var/lib/postgresql")" "$root$data"
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
  inside "$bin/initdb" -D "$data" --encoding=UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 --data-checksums --no-sync >>"$dir/build.log" 2>&1 ||
    fail "initdb failed; $dir/build.log says why."
  cat >>"$root$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$sockets'
dynamic_shared_memory_type = sysv # there is no /dev/shm inside
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
fsync = on
synchronous_commit = on
full_page_writes = on
max_connections = 50
max_worker_processes = 48
shared_buffers = 256MB
max_wal_size = 1GB
log_min_messages = warning
log_checkpoints = off
timezone = 'UTC'
CONF
  start_server
  # An ordinary role that may create databases: what a site would give the service, plus what fault tests need.
  admin_psql -q -v ON_ERROR_STOP=1 >>"$dir/build.log" 2>&1 <<SQL || fail "the test role could not be created; $dir/build.log says why."
create role plume login createdb createrole password '$(cat "$dir/password")';
grant pg_monitor, pg_checkpoint, pg_signal_backend to plume;
create database plume owner plume template template0 encoding 'UTF8';
SQL
  { admin_psql -A -t -c "select 'PostgreSQL ' || current_setting('server_version')"
    admin_psql -A -t -c "select 'TimescaleDB ' || default_version from pg_available_extensions where name = 'timescaledb'"; } >"$marker.new"
  stop_server fast
  mv "$marker.new" "$marker"
}

# --- running -----------------------------------------------------------------------------------------------------

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

choose_port() {
  local port i
  port=${PLUME_TEST_SERVER_PORT:-$(cat "$dir/port" 2>/dev/null || true)}
  if [ -n "${PLUME_TEST_SERVER_PORT:-}" ]; then
    port_taken "$port" && fail "port $port (PLUME_TEST_SERVER_PORT) is taken by something else."
  else
    for i in $(seq 1 50); do
      [ -n "$port" ] && ! port_taken "$port" && break
      port=$((20000 + RANDOM % 10000)) # below the range the system hands out to outgoing connections
    done
  fi
  printf '%s\n' "$port" >"$dir/port"
}

start_server() {
  postmaster_pid >/dev/null && return 0
  # A killed postmaster's children end by themselves within moments; its pid file may name a number now used by others.
  wait_gone || { signal_all KILL; wait_gone || fail "old server processes in $root do not end."; }
  rm -rf "$root$data/postmaster.pid" "${root:?}$sockets"
  install -d -m 700 -o "$(stat -c %u "$root$data")" -g "$(stat -c %g "$root$data")" "$root$sockets"
  choose_port
  inside "$bin/pg_ctl" -D "$data" -w -t 60 -l "$data/server.log" -o "-p $(cat "$dir/port")" start >/dev/null 2>&1 </dev/null 9>&- ||
    { tail -n 5 "$root$data/server.log" >&2 || true; fail "the server did not start; $root$data/server.log says why."; }
}

stop_server() {
  local pid
  signal_all CONT # a frozen server could not end
  if pid=$(postmaster_pid); then
    case $1 in fast) kill -INT "$pid" ;; immediate) kill -QUIT "$pid" ;; esac
  fi
  wait_gone || { [ "$1" = immediate ] || say "it did not stop in 10 s; ending it"; signal_all KILL; wait_gone || fail "server processes in $root do not end."; }
}

url() { printf 'postgres://plume:%s@127.0.0.1:%s/plume\n' "$(cat "$dir/password")" "$(cat "$dir/port")"; }

# --- verbs -------------------------------------------------------------------------------------------------------

locked() { # verbs that change something run one at a time
  need_root
  mkdir -p "$dir"
  exec 9>"$dir/lock"
  flock -w 600 9 || fail "another run has held $dir/lock for ten minutes."
}

case $verb in
  install)
    locked
    if [ ! -e "$marker" ]; then
      stop_server immediate
      build_system
      make_cluster
    fi
    url
    ;;
  start) need_installed; locked; start_server; url ;;
  stop) need_installed; locked; stop_server fast ;;
  kill) need_installed; locked; stop_server immediate ;;
  freeze) need_installed; locked; signal_all STOP ;;
  thaw) need_installed; locked; signal_all CONT ;;
  status)
    [ -e "$marker" ] || { echo 'not installed'; exit 4; }
    postmaster_pid >/dev/null || { echo stopped; exit 3; }
    echo running
    ;;
  version) need_installed; cat "$marker" ;;
  url) need_installed; url ;;
  psql) need_installed; need_root; shift; admin_psql "$@" ;;
  destroy)
    [ -e "$dir/lock" ] || { say "nothing of ours is in $dir"; exit 0; }
    locked
    stop_server immediate
    unmount_all
    rm -rf --one-file-system "$root" "$marker" "$dir/password" "$dir/port" "$dir/build.log" "$dir/lock"
    rmdir "$dir" 2>/dev/null || say "$dir holds other files; they are left"
    ;;
  *) sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; [ "$verb" = help ] || exit 2 ;;
esac
