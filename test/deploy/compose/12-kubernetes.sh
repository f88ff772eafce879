title "The manifests for Kubernetes"
install_package python3 python3 python3-venv
python3 -m venv "$checkout/venv"
"$checkout/venv/bin/pip" install --quiet kubernetes-validate pyyaml
for file in deploy/kubernetes/[!k]*.yaml; do
  check "$(basename "$file") fits the schemas of Kubernetes, without unknown fields" \
    "$checkout/venv/bin/kubernetes-validate" --strict "$file"
done
