#!/usr/bin/env bash
# Builds images from Debian's packages that behave as the images of docker-compose.yml do where hubdex relies on it, for
# machines without a registry of images. README.md says what differs. To be sourced, after start-docker.sh; sets the variables
# with which docker-compose.yml and Dockerfile name their images.
#
# MEILISEARCH_BINARY is the path of a Meilisearch for Linux. Debian has no package of it; without it there is no image.

stand_ins=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# build_stand_in NAME [OPTION …]: the folder NAME, with the base image, as hubdex-stand-in/NAME.
build_stand_in() {
  local name=$1
  shift
  DOCKER_BUILDKIT=1 docker build --quiet --tag "hubdex-stand-in/$name" --build-arg "BASE_IMAGE=$BASE_IMAGE" "$@" \
    "$stand_ins/$name" > /dev/null
}

build_stand_ins() {
  export BASE_IMAGE=hubdex-stand-in/debian POSTGRES_IMAGE=hubdex-stand-in/postgres REDIS_IMAGE=hubdex-stand-in/redis
  export NODE_IMAGE=hubdex-stand-in/node:$(node --version) MEILISEARCH_IMAGE=''
  docker image inspect "$BASE_IMAGE" > /dev/null 2>&1 || build_base
  build_stand_in postgres
  build_stand_in redis
  docker image inspect "$NODE_IMAGE" > /dev/null 2>&1 || build_node
  [ -z "${MEILISEARCH_BINARY:-}" ] || build_meilisearch
}

# Without documentation and translations, as the slim image that it stands for.
build_base() {
  local root=$debian_folder/root
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/log/* \
    "$root"/usr/share/{doc,man,info,locale,groff,lintian,linda}/*
  printf 'path-exclude /usr/share/%s/*\n' doc man info locale groff lintian linda > "$root/etc/dpkg/dpkg.cfg.d/docker"
  # As in that image: apt keeps no packages, lists of packages or translations.
  cat > "$root/etc/apt/apt.conf.d/docker-clean" << 'APT'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
APT
  tar --create --directory "$root" . | docker import --change 'CMD ["bash"]' - "$BASE_IMAGE" > /dev/null
}

# Node from the package of the tests, and npm from the registry. The npm of this machine may be in pieces, as Debian's is.
build_node() {
  local context
  context=$(mktemp --directory)
  cp "$stand_ins/../../../node_modules/node/bin/node" /etc/ssl/certs/ca-certificates.crt "$context"
  npm install --silent --no-audit --no-fund --prefix "$context/prefix" npm@11 > /dev/null
  mv "$context/prefix/node_modules/npm" "$context/npm"
  cp "$stand_ins/node/Dockerfile" "$context"
  DOCKER_BUILDKIT=1 docker build --quiet --tag "$NODE_IMAGE" --build-arg "BASE_IMAGE=$BASE_IMAGE" "$context" > /dev/null
  rm -rf "$context"
}

build_meilisearch() {
  local context
  export MEILISEARCH_IMAGE=hubdex-stand-in/meilisearch
  context=$(mktemp --directory)
  cp "$MEILISEARCH_BINARY" "$context/meilisearch"
  cp "$stand_ins/meilisearch/Dockerfile" "$context"
  DOCKER_BUILDKIT=1 docker build --quiet --tag "$MEILISEARCH_IMAGE" --build-arg "BASE_IMAGE=$BASE_IMAGE" "$context" > /dev/null
  rm -rf "$context"
}
