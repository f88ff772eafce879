title "Fences"
# Each container as `docker inspect` shows it: one line per container.
inspect_all() {
  docker compose ps --all --quiet | xargs docker inspect --format "$1"
}
equal 'Only the page is published, on this machine only' 'server 127.0.0.1:8000' \
  "$(inspect_all '{{$name := index .Config.Labels "com.docker.compose.service"}}{{range $port, $to := .HostConfig.PortBindings}}{{range $to}}{{$name}} {{.HostIp}}:{{.HostPort}}{{end}}{{end}}' | sed '/^$/d')"
equal 'Every file system is read-only, without capabilities, and processes cannot gain any' 'true [ALL] [no-new-privileges:true]' \
  "$(inspect_all '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' | sort -u)"
equal 'Every container has limits on memory, processors and processes' '' \
  "$(inspect_all '{{.Name}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}' | grep -E ' (0|<nil>)( |$)' || true)"
equal 'Every log has a limit' 'local' "$(inspect_all '{{.HostConfig.LogConfig.Type}}' | grep -v json-file | sort -u)"

# What a container has written, but for the folders on which Docker mounts something.
written_outside() {
  local mounts path
  mounts=$(docker inspect --format '{{range .Mounts}}{{println .Destination}}{{end}}{{range $path, $options := .HostConfig.Tmpfs}}{{println $path}}{{end}}' "$1")
  docker diff "$1" | cut -c 3- | while read -r path; do
    grep -q "^$path\(/\|$\)" <<< "$mounts" || echo "$path"
  done
}
for id in $(docker compose ps --quiet); do
  name=$(docker inspect --format '{{.Name}}' "$id")
  equal "$name: no process is root" '' "$(docker top "$id" -eo pid,uid,comm | awk 'NR > 1 && $2 == 0')"
  equal "$name: nothing is written outside of volumes" '' "$(written_outside "$id")"
  refuse "$name: no file can be written in /" 'read-only' docker exec "$id" sh -c 'echo > /written'
  limits=$(docker inspect --format '{{.HostConfig.Memory}}' "$id")
  found=$(docker exec "$id" sh -c 'cat /sys/fs/cgroup/memory.max 2> /dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes')
  equal "$name: the kernel knows its limit of memory" "$limits" "$found"
done

hub_address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(containers sample-hub)")
reaches() {
  docker compose exec -T "$1" timeout 5 bash -c "exec 3<> /dev/tcp/$2/$3"
}
check 'A worker reaches the Hub' docker compose exec -T worker node --eval \
  "fetch('http://sample-hub:8642/api/models?limit=1').then((answer) => process.exit(answer.ok ? 0 : 1))"
check 'Postgres reaches Redis' reaches postgres redis 6379
for engine in $(engines); do
  for target in "$hub_address 8642" '1.1.1.1 443' 'deb.debian.org 80'; do
    # shellcheck disable=SC2086
    ! reaches "$engine" $target > /dev/null 2>&1 || failed "$engine cannot reach $target"
  done
  passed "$engine reaches neither the Hub nor the internet"
done
equal 'hubdex is no superuser of its database' f "$(sql "select rolsuper from pg_roles where rolname = 'hubdex'")"
figure 'cgroups of this machine' "version $(docker info --format '{{.CgroupVersion}}')"
