import { jsonText } from '../../hub-server/http/json-text.ts'

/** Text that YAML reads as text without quotes. Words such as `no` and numbers are not among it. */
const PLAIN = /^[A-Za-z][\w./+-]*$/
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|inf|nan)$/i

/**
 * Values as the YAML of a card: one key a line, lists below their key, and all that is deeper in braces, which YAML has
 * from JSON. Keys without a value are left out.
 */
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
