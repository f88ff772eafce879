title "The image"
# Word for word, but for the images that it builds on.
check 'docker build makes the image' docker build --tag hubdex:0.1.0 . --build-arg NODE_IMAGE --build-arg BASE_IMAGE

began=$SECONDS
# It runs on a read-only file system, without capabilities.
short_form() {
  test/deploy/image.sh 2>&1 | grep 'is built and runs'
}
check 'The short form in .ci/run builds it and runs it once' short_form
figure 'the short form in .ci/run' "$((SECONDS - began)) s"

megabytes=$(($(docker image inspect --format '{{.Size}}' hubdex:0.1.0) / 1000000))
[ "$megabytes" -le 250 ] || failed 'The image has at most 250 MB' "found: $megabytes MB"
passed "The image has $megabytes MB unpacked, at most 250"
figure 'image, unpacked' "$megabytes MB"

in_image() {
  docker run --rm --entrypoint "$1" hubdex:0.1.0 "${@:2}"
}
unneeded=$(in_image sh -c 'for name in npm npx yarn tsc gcc curl wget git python3 apt-key; do command -v $name; done
  ls -d /app/src /app/test /app/docs /app/secrets /app/.git /root/.npm /var/lib/apt/lists/*_Packages /app/node_modules/typescript
  find /app -name "*.map" -o -name "*.ts" -o -name "*.tgz"
  find /app /data ! -user root ! -path /data' 2> /dev/null || true)
equal 'The image has no compilers, clients of networks, sources, caches, nor files that its user may change' '' "$unneeded"
equal 'The image has a numeric user' 10001:10001 "$(docker image inspect --format '{{.Config.User}}' hubdex:0.1.0)"

demo_works() {
  docker run --rm "$@" hubdex:0.1.0 demo --once --json | json 'it.crawl.failures === 0 && it.search.hits.length > 0 && it.sql.length > 0' | grep -qx true
}
check 'demo --once works without a volume' demo_works
check '… with any user id, as OpenShift starts it, in any time zone and locale' demo_works --user 1000650000:0 \
  --cap-drop ALL --env TZ=Asia/Kathmandu --env LANG=tr_TR.UTF-8 --env LC_ALL=tr_TR.UTF-8

code_of() {
  set +e
  docker run --rm "$@" > /dev/null 2>&1
  echo $?
  set -e
}
equal 'Exit code 0: done' 0 "$(code_of hubdex:0.1.0 --version)"
equal 'Exit code 2: wrong usage' 2 "$(code_of hubdex:0.1.0 no-such-command)"
equal 'Exit code 2: wrong settings' 2 "$(code_of --env HUBDEX_PORT=many hubdex:0.1.0 up)"
