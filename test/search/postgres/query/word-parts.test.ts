import { expect, it } from 'vitest'
import { partsOfWord, piecesOf } from '../../../../src/search/postgres/query/word-parts.ts'

const KNOWN = new Set(['stable', 'diffusion', 'xl', 'phi', 'phi3', '3', 'mini', 'qwen', '2.5', 'sta', 'ble', 'aa', 'aaa'])

it.each([
  ['stablediffusion', [['stable', 'diffusion']]],
  ['stablediffusionxl', [['stable', 'diffusion', 'xl']]],
  ['phi3', [['phi', '3']]],
  ['phi3mini', [['phi3', 'mini']]],
  ['qwen2.5', [['qwen', '2.5']]],
  ['stable', []],
  ['unheard', []],
  ['xl', []],
])('%s is made up of words of names: %j', (word, ways) => {
  expect(partsOfWord(word, new Set(piecesOf(word).filter((piece) => KNOWN.has(piece))))).toEqual(ways)
})

it('a word with very many ways to split it costs little', () => {
  expect(partsOfWord('a'.repeat(10), KNOWN).length).toBeLessThanOrEqual(3)
  expect(piecesOf('a'.repeat(1_000))).toEqual([])
})
