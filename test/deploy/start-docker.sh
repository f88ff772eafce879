#!/usr/bin/env bash
# Installs Docker and Compose from Debian's packages where they are missing, and starts a daemon on a socket of its own: a daemon
# on the default socket would be used by every test run of the machine. Needs root. To be sourced; sets DOCKER_HOST.
#
# HUBDEX_DOCKER_ROOT keeps images and volumes between runs (default: /var/lib/hubdex-docker).
# DOCKER_HOST, if set, names a daemon that runs already. Then none is started.

docker_root=${HUBDEX_DOCKER_ROOT:-/var/lib/hubdex-docker}
docker_state=/run/hubdex-docker
docker_pid=''
DEBIAN_MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
debian_folder=$docker_root/trixie

# Installs packages that bring the commands given before them: install COMMAND PACKAGE …
install_package() {
  ! command -v "$1" > /dev/null || return 0
  shift
  [ -n "${apt_is_updated:-}" ] || apt-get update -qq
  apt_is_updated=yes
  # In runlevel 1 packages do not start their services.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

# A folder with Debian 13, from which the images are made. It is newer than the machine may be.
make_debian_folder() {
  [ ! -e "$debian_folder/complete" ] || return 0
  rm -rf "$debian_folder"
  mkdir -p "$debian_folder"
  debootstrap --variant=minbase trixie "$debian_folder/root" "$DEBIAN_MIRROR" > "$debian_folder/log" ||
    { tail -n 5 "$debian_folder/log" >&2 && return 1; }
  touch "$debian_folder/complete"
}

# Debian 12 has Compose 1, which cannot read the file. The plugins of Debian 13 run there, too.
install_compose() {
  ! docker compose version > /dev/null 2>&1 || return 0
  local plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins folder=$debian_folder/plugins
  mkdir -p "$folder" "$plugins" "$debian_folder/root/plugins"
  chroot "$debian_folder/root" sh -c 'apt-get update -qq && cd plugins && apt-get download docker-compose docker-buildx' > /dev/null
  for package in "$debian_folder"/root/plugins/*.deb; do dpkg-deb --extract "$package" "$folder"; done
  rm -rf "$debian_folder/root/plugins"
  cp "$folder"/usr/libexec/docker/cli-plugins/docker-{compose,buildx} "$plugins"
  docker compose version > /dev/null
}

start_docker() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    docker info > /dev/null
    return
  fi
  install_package dockerd docker.io
  install_package iptables iptables
  install_package docker docker-cli
  install_package debootstrap debootstrap
  install_package curl curl
  install_package openssl openssl
  make_debian_folder
  install_compose
  mkdir -p "$docker_state"
  export DOCKER_HOST=unix://$docker_state/docker.sock
  ip_forward=$(cat /proc/sys/net/ipv4/ip_forward)
  dockerd --data-root "$docker_root/data" --exec-root "$docker_state/exec" --pidfile "$docker_state/dockerd.pid" \
    --host "$DOCKER_HOST" > "$docker_state/log" 2>&1 &
  docker_pid=$!
  for _ in $(seq 60); do
    ! docker info > /dev/null 2>&1 || return 0
    sleep 1
  done
  echo "dockerd did not start within a minute. The end of its log:" >&2
  tail -n 10 "$docker_state/log" >&2
  return 1
}

# Ends the daemon that start_docker started, and removes its bridges and rules of the firewall.
stop_docker() {
  [ -n "$docker_pid" ] || return 0
  kill "$docker_pid"
  wait "$docker_pid" || true
  local table
  for table in filter nat; do
    iptables-save -t "$table" | sed -n '/DOCKER\|docker0\|br-[0-9a-f]\{12\}\|-s 172\.\(1[6-9]\|2[0-9]\|3[01]\)\./s/^-A/-D/p' |
      while read -r rule; do
        # shellcheck disable=SC2086
        iptables -t "$table" $rule 2> /dev/null || true
      done
    iptables-save -t "$table" | sed -n 's/^:\(DOCKER[^ ]*\) .*/\1/p' | while read -r chain; do
      iptables -t "$table" -F "$chain" && iptables -t "$table" -X "$chain"
    done
  done
  iptables -P FORWARD ACCEPT
  ip -oneline link show type bridge | sed -n 's/^[0-9]*: \(docker0\|br-[0-9a-f]\{12\}\):.*/\1/p' | while read -r bridge; do
    ip link delete "$bridge"
  done
  echo "$ip_forward" > /proc/sys/net/ipv4/ip_forward
}
