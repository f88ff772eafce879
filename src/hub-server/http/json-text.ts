/** JSON of any depth: `JSON.stringify` overflows the stack some thousand levels deep, which must not fail a whole page. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return deepJsonText(value)
    throw error
  }
}

/** Finished text, or a value still to be written. */
type Step = { text: string } | { value: unknown }

function deepJsonText(value: unknown): string {
  const texts: string[] = []
  const steps: Step[] = [{ value }]
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if ('text' in step) texts.push(step.text)
    else if (typeof step.value !== 'object' || step.value === null) texts.push(JSON.stringify(step.value) ?? 'null')
    else for (const next of stepsOf(step.value).reverse()) steps.push(next)
  }
  return texts.join('')
}

function stepsOf(value: object): Step[] {
  const isList = Array.isArray(value)
  const members = Object.entries(value).flatMap(([key, member], index): Step[] => {
    const comma = index === 0 ? '' : ','
    return [{ text: isList ? comma : `${comma}${JSON.stringify(key)}:` }, { value: member }]
  })
  return [{ text: isList ? '[' : '{' }, ...members, { text: isList ? ']' : '}' }]
}
