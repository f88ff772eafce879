import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The browser of the tests: CHROMIUM_PATH, or Debian's. Undefined if there is none, which skips its tests. @throws on CI */
export function findChromium(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  if (given) return given
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find(existsSync)
  if (found !== undefined) return found
  if (process.env['CI'] === 'true')
    throw new Error('Tests of the page on CI need a Chromium: install it, or set CHROMIUM_PATH.')
  console.warn('Tests of the page are skipped: no CHROMIUM_PATH, and no chromium installed.')
  return undefined
}
