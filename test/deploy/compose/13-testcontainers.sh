title "Test suites on containers"
# The reaper of Testcontainers is an image of its own, which stand-ins do not have.
on_containers() {
  (cd "$repository" && TESTCONTAINERS_RYUK_DISABLED=true CI=true node_modules/.bin/vitest run test/queue test/catalog/migrate.test.ts \
    test/catalog/connection.test.ts)
}
check 'The suites of the queue and the connections pass on containers' on_containers
equal 'They leave no containers behind' '' "$(docker ps --all --quiet --filter label=org.testcontainers)"
