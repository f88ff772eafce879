import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folder of real Hub metadata beside the checkout; undefined if it is absent, which skips the tests that need it. */
export function sharedData(): string | undefined {
  const folder = fileURLToPath(new URL('../../../shared/hub-data', import.meta.url))
  return existsSync(folder) ? folder : undefined
}

/** Folder of real payloads beside the checkout; undefined if it is absent. */
export function sharedSamples(): string | undefined {
  const folder = fileURLToPath(new URL('../../../shared/hub-samples', import.meta.url))
  return existsSync(folder) ? folder : undefined
}
