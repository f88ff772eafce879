import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { createQuantile } from '../generator/distribution.ts'
import { drawOf, proseOf } from './draw-text.ts'
import { madeFrom } from './made-from.ts'
import { toYaml } from './yaml.ts'

/**
 * Replaces the README of a repo. Values of this repo field: `none`, `empty`, `huge` (5 MB), `broken-encoding` (not UTF-8),
 * `broken-yaml` (front matter that does not parse), or `{ "text": … }`.
 */
export const README_FIELD = 'sampleReadme'

const HUGE_BYTES = 5_000_000

/** Words of a README: measured bytes, at about six per word. */
const wordsOf = createQuantile([
  [0.02, 0],
  [0.1, 10],
  [0.25, 130],
  [0.5, 340],
  [0.75, 600],
  [0.9, 800],
  [0.99, 2_100],
  [1, 15_000],
])

/** The README of a repo: front matter that matches `cardData`, then text. Undefined when it has none. */
export function cardBytes(kind: RepoKind, repo: HubRepo): Buffer | undefined {
  const wanted = repo[README_FIELD]
  if (wanted === 'none') return undefined
  if (wanted === 'empty') return Buffer.alloc(0)
  if (wanted === 'broken-yaml') return Buffer.from(`---\nlicense: [mit\n  tags: "\n---\n${bodyOf(kind, repo)}`)
  const text = givenText(wanted) ?? frontMatter(repo['cardData']) + bodyOf(kind, repo)
  if (wanted === 'huge') return Buffer.alloc(HUGE_BYTES, `${text}\n`)
  // Latin letters of one byte each, an incomplete sequence, and a byte that never occurs in UTF-8.
  if (wanted === 'broken-encoding') return Buffer.concat([Buffer.from(text), Buffer.from('\ncaf\xe9 \xc3( \xff\n', 'latin1')])
  return Buffer.from(text)
}

function givenText(wanted: unknown): string | undefined {
  if (typeof wanted !== 'object' || wanted === null) return undefined
  const text: unknown = Reflect.get(wanted, 'text')
  return typeof text === 'string' ? text : undefined
}

function frontMatter(cardData: unknown): string {
  if (typeof cardData !== 'object' || cardData === null || Array.isArray(cardData)) return ''
  const yaml = toYaml({ ...cardData })
  return yaml === '' ? '' : `---\n${yaml}---\n\n`
}

function bodyOf(kind: RepoKind, repo: HubRepo): string {
  const { _id, id } = madeFrom(repo)
  const draw = drawOf(`${_id} card`)
  const name = id.split('/').at(-1)
  const description = typeof repo['description'] === 'string' ? `${repo['description'].trim()}\n\n` : ''
  const words = wordsOf(draw(0, 0))
  if (words === 0) return `# ${name}\n`
  const uses = proseOf(draw, 1, words / 2)
  const limits = proseOf(draw, 3, words / 2)
  return `# ${name}\n\n${description}This ${kind} is made up.\n\n## Uses\n\n${uses}\n\n## Limits\n\n${limits}\n`
}
