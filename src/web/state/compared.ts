import { computed, signal } from '@preact/signals'
import type { RepoName } from '../navigation/paths.ts'

/** As many as a screen can show side by side. */
export const MAX_COMPARED = 6

/** Repos collected for the comparison, as `model:owner/name`, until the page is closed. */
export const compared = signal<readonly string[]>([])

export const comparePath = computed(() => {
  const repos = compared.value.map((name) => `repo=${encodeURIComponent(name)}`).join('&')
  return repos === '' ? '/compare' : `/compare?${repos}`
})

export function compareKey({ kind, id }: RepoName): string {
  return `${kind}:${id}`
}

/** Adds a repo, or takes it out. A seventh one replaces the first. */
export function toggleCompared(repo: RepoName): void {
  const key = compareKey(repo)
  compared.value = compared.value.includes(key)
    ? compared.value.filter((other) => other !== key)
    : [...compared.value, key].slice(-MAX_COMPARED)
}
