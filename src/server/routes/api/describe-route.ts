import { z } from 'zod'
import type { ApiRoute } from '../../api/route.ts'

/** A route in words, for the reference and docs/http-api.md. */
export interface RouteDescription extends Pick<ApiRoute, 'method' | 'path' | 'summary'> {
  parameters: { name: string; place: 'path' | 'query' | 'body'; type: string; description: string }[]
  /** Names of the formats of the answer. */
  formats: string[]
}

interface JsonSchema {
  type?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  items?: JsonSchema
  minimum?: number
  maximum?: number
  format?: string
  properties?: Record<string, JsonSchema>
}

export function describeRoute({ method, path, summary, params, query, body, isTable, mediaTypes }: ApiRoute): RouteDescription {
  return {
    ...{ method, path, summary },
    parameters: [
      ...parametersOf(params, 'path' as const),
      ...parametersOf(query, 'query' as const),
      ...parametersOf(body, 'body' as const),
    ],
    formats: mediaTypes === undefined ? ['JSON', ...(isTable === true ? ['CSV', 'Parquet'] : [])] : [...mediaTypes],
  }
}

function parametersOf<Place>(schema: z.ZodType | undefined, place: Place) {
  if (schema === undefined) return []
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  return Object.entries(properties).map(([name, property]) => {
    const sentences = [property.description, String(property.default ?? '') === '' ? '' : defaultText(property)]
    return { name, place, type: typeText(property), description: sentences.filter(Boolean).join(' ') }
  })
}

function defaultText({ default: value }: JsonSchema): string {
  return `Default: ${String(value)}.`
}

function typeText({ type = 'any', items, enum: words, minimum, maximum, format }: JsonSchema): string {
  if (type === 'array' && items !== undefined) return `${typeText(items)}, repeatable`
  if (words !== undefined) return words.join(', ')
  if (type === 'integer') return `whole number from ${minimum} to ${maximum}`
  return format === 'date-time' ? 'time in ISO 8601' : (format ?? type)
}
