import { escapeLines } from '../output/escape.ts'

/** HTML or SVG in which all text is escaped. */
export interface Markup {
  readonly markup: string
}

type Attributes = Readonly<Record<string, string | number | undefined>>

const WITHOUT_END = new Set(['meta', 'br', 'col'])

/**
 * An element. Strings are escaped, and characters that XML forbids or that reverse or hide text are written out as `\u{202e}`.
 * Numbers are rounded to hundredths, attributes without a value are left out.
 */
export function element(name: string, attributes: Attributes, ...children: readonly (Markup | string | undefined)[]): Markup {
  const given = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return []
    return [` ${key}="${escaped(typeof value === 'number' ? String(Math.round(value * 100) / 100) : value)}"`]
  })
  const start = `<${name}${given.join('')}>`
  if (WITHOUT_END.has(name)) return { markup: start }
  return { markup: `${start}${join(...children).markup}</${name}>` }
}

export function join(...children: readonly (Markup | string | undefined)[]): Markup {
  const parts = children.map((child) => (child === undefined ? '' : typeof child === 'string' ? escaped(child) : child.markup))
  return { markup: parts.join('') }
}

/** Text of this program that is no markup to escape, such as a style sheet. */
export function trusted(markup: string): Markup {
  return { markup }
}

function escaped(text: string): string {
  return escapeLines(text).replace(/[&<>"]/g, (character) => ENTITIES.get(character) ?? '')
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
])
