import { jsonText } from '../../hub-server/http/json-text.ts'

/** Text that YAML reads as text without quotes, except for the words of `NOT_TEXT`. */
const PLAIN = /^[A-Za-z][\w./+-]*$/
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|inf|nan)$/i

/** The YAML of a card: one key per line, lists below their key, anything deeper as JSON. Undefined values are omitted. */
export function toYaml(values: Readonly<Record<string, unknown>>): string {
  const lines: string[] = []
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue
    if (Array.isArray(value) && value.length > 0) {
      lines.push(`${scalar(key)}:`, ...value.map((entry) => `- ${scalar(entry)}`))
    } else lines.push(`${scalar(key)}: ${scalar(value)}`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function scalar(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value) && !NOT_TEXT.test(value)) return value
  return jsonText(value) ?? 'null'
}
