import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { MetricDefinition } from './definitions.ts'

type InstrumentOf<Definition extends MetricDefinition> = Definition extends { type: 'counter' }
  ? Counter<Definition['labels'][number]>
  : Definition extends { type: 'gauge' }
    ? Gauge<Definition['labels'][number]>
    : Histogram<Definition['labels'][number]>

export type Instruments<Definitions extends Record<string, MetricDefinition>> = {
  readonly [Name in keyof Definitions]: InstrumentOf<Definitions[Name]>
}

/** Creates and registers the instruments of the definitions. */
export function createInstruments<Definitions extends Record<string, MetricDefinition>>(
  definitions: Definitions,
  registry: Registry,
): Instruments<Definitions> {
  const made = Object.entries(definitions).map(([key, definition]) => [key, instrument(definition, registry)])
  return Object.fromEntries(made) as Instruments<Definitions>
}

function instrument({ type, name, help, labels, buckets = [] }: MetricDefinition, registry: Registry) {
  const options = { name, help, labelNames: labels, registers: [registry] }
  switch (type) {
    case 'counter':
      return new Counter(options)
    case 'gauge':
      return new Gauge(options)
    case 'histogram':
      return new Histogram({ ...options, buckets: [...buckets] })
  }
}
