import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { DARK, LIGHT } from '../../src/charts/palette.ts'

const TOKENS = fileURLToPath(new URL('../../src/web/styles/tokens.css', import.meta.url))

it('draws lines on the page in the colors of reports and of charts as files', async () => {
  const css = await readFile(TOKENS, 'utf8')
  const colors = [...css.matchAll(/--series-\d: light-dark\((#\w+), (#\w+)\)/g)]
  expect(colors.map(([, light]) => light)).toEqual(LIGHT.series)
  expect(colors.map(([, , dark]) => dark)).toEqual(DARK.series)
})
