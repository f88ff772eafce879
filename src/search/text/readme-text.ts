import { isEmptyWord } from '../vocabulary/empty-words.ts'
import { wordsOf } from './words.ts'

/** Characters of a README that are read, with markup. */
export const MAX_README_LENGTH = 32_768
/** Characters of its plain text that are searched. */
const MAX_PLAIN_LENGTH = 8_000
/** Bounds what a README takes in the index: four bytes per word, and its share of the words' bitmaps. */
const MAX_WORDS = 300

/** The distinct words of a README that are indexed, in order, without those that say nothing. */
export function readmeWordsOf(markdown: string): string[] {
  // Most repos have none that was fetched, and the patterns would take 2 % of the time to index them.
  if (markdown === '') return []
  const words = new Set(wordsOf(plainReadme(markdown)))
  return [...words].filter((word) => !isEmptyWord(word)).slice(0, MAX_WORDS)
}

/** The text of a README as people read it: without code blocks, images, addresses and markup. In one line. */
export function plainReadme(markdown: string): string {
  const text = withoutCodeBlocks(markdown.slice(0, MAX_README_LENGTH))
  const plain = MARKUP.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
  return plain
    .replace(ENTITY, (entity) => ENTITIES[entity] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_PLAIN_LENGTH)
    .toWellFormed()
}

/** Repeats are bounded, because a text of opening brackets would otherwise take quadratic time. */
const MARKUP: readonly (readonly [RegExp, string])[] = [
  [/<!--[\s\S]{0,5000}?-->/g, ' '],
  [/<(?:style|script|svg)\b[\s\S]{0,20000}?<\/(?:style|script|svg)>/gi, ' '],
  [/<\/?[a-z][^<>]{0,2000}>/gi, ' '],
  [/!\[[^\]\n]{0,500}\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)/g, ' '],
  [/\[([^\]\n]{1,500})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)/g, '$1'],
  [/^ {0,3}\[[^\]\n]{1,200}\]:.*$/gm, ' '],
  [/\bhttps?:\/\/[^\s<>)\]]{1,2000}/gi, ' '],
  // Rules, underlines of headings, and the line below the head of a table.
  [/^[\s|:=*_-]+$/gm, ' '],
  [/^[ \t]*(?:#{1,6}|>+|[-+*]|\d{1,3}[.)])[ \t]+/gm, ' '],
  [/\|+/g, ' '],
  [/[*`~]+/g, ''],
]

const ENTITY = /&(?:amp|lt|gt|quot|nbsp|#39);/g
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

function withoutCodeBlocks(markdown: string): string {
  const kept: string[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const [, mark] = FENCE.exec(line) ?? []
    if (fence === undefined && mark !== undefined) fence = mark
    else if (fence === undefined) kept.push(line)
    else if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined
  }
  return kept.join('\n')
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/
