title "What is refused"
refuse 'Without secrets nothing starts' 'secrets|no such file|does not exist' docker compose up --detach
docker compose down > /dev/null 2>&1
rm -rf secrets

check 'deploy/make-secrets.sh makes the secrets' deploy/make-secrets.sh
cp -r secrets "$checkout/good-secrets"

# A container that uses one secret, without the services that it waits for.
with_secrets() {
  docker compose run --rm --no-deps --entrypoint 'node /app/dist/src/cli/main.js' server config
}
rm secrets/operator_token
refuse 'A missing secret is named' 'operator_token' with_secrets
cp good-secrets/operator_token secrets/
printf 'hf_one\nhf_two\n' > secrets/hf_token
refuse 'A secret with a newline is refused by the name of its variable' 'HF_TOKEN' with_secrets
printf 'hf_one\n' > secrets/hf_token
check 'A newline at the end of a secret is no part of it' with_secrets
printf 'short\n' > secrets/operator_token
refuse 'A secret that is too short is refused by the name of its variable' 'HUBDEX_OPERATOR_TOKEN' with_secrets
rm -rf secrets
mv "$checkout/good-secrets" secrets
docker compose down --volumes > /dev/null 2>&1
