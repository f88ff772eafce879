import fc from 'fast-check'
import { z } from 'zod'

interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly maxLength?: number
}

/**
 * Values in the shape of a schema, often valid and sometimes just beyond a limit: a text one character too long, a member that is
 * missing or of another type.
 *
 * @param known values of texts that mean something, by the name of the member
 */
export function arbitraryOf(schema: z.ZodType, known: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<unknown> {
  return valueIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '', known)
}

function valueIn(schema: JsonSchema, name: string, known: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<unknown> {
  const below = (one: JsonSchema, own: string) => valueIn(one, own, known)
  const { anyOf, enum: values, const: only, properties, items, maxLength = 20 } = schema
  const right = (): fc.Arbitrary<unknown> => {
    if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => below(one, name)))
    if (values !== undefined) return fc.constantFrom(...values)
    if (only !== undefined) return fc.constant(only)
    if (properties !== undefined) {
      const members = Object.entries(properties).map(([key, member]) => [key, below(member, key)] as const)
      const record = (requiredKeys?: []) => fc.record(Object.fromEntries(members), requiredKeys && { requiredKeys })
      return fc.oneof({ weight: 2, arbitrary: record() }, { weight: 1, arbitrary: record([]) })
    }
    if (items !== undefined) return fc.array(below(items, name), { maxLength: 3 })
    if (schema.type === 'boolean') return fc.boolean()
    if (schema.type === 'integer' || schema.type === 'number')
      return fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 12 }) }, fc.integer())
    if (schema.type === 'null') return fc.constant(null)
    const texts = known[name] ?? []
    const any = fc.oneof(fc.string({ maxLength }), fc.constant('x'.repeat(maxLength)), fc.constant('x'.repeat(maxLength + 1)))
    return texts.length === 0 ? any : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...texts) }, any)
  }
  return fc.oneof({ weight: 49, arbitrary: right() }, { weight: 1, arbitrary: fc.jsonValue() })
}
