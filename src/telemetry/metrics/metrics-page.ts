import { CATALOG_METRICS, type MetricDefinition, PROCESS_METRICS } from './definitions.ts'

const INTRODUCTION = `# Metrics

<!-- Generated from src/telemetry/metrics/definitions.ts by npm run docs -->

Every long-running process serves \`/metrics\` for Prometheus: \`hubdex up\` and \`hubdex serve\` on their own port,
\`hubdex worker\` and \`hubdex schedule\` on \`HUBDEX_HEALTH_PORT\`, which also serves \`/health\`. Metrics of Node itself
(\`process_…\`, \`nodejs_…\`) are included. The label \`budget\` is a fingerprint of the token, or \`anonymous\` without one.
`

const CATALOG_INTRODUCTION = `These describe the catalog and the queue as a whole. Servers export them; if you run several, use any one. Values
are read at most every half minute. If a read takes too long, the last known values are exported.
`

/** The text of docs/metrics.md. */
export function metricsPage(): string {
  return [
    INTRODUCTION,
    '## Process metrics\n',
    table(Object.values(PROCESS_METRICS)),
    '## Catalog metrics\n',
    CATALOG_INTRODUCTION,
    table(Object.values(CATALOG_METRICS)),
  ].join('\n')
}

function table(definitions: readonly MetricDefinition[]): string {
  const rows = definitions.map(({ name, type, labels, help, watch }) => {
    const named = [`\`${name}\``, ...labels.map((label) => `\`${label}\``)].join(', ')
    return `| ${named} | ${type} | ${help}${watch === undefined ? '' : ` **Watch:** ${watch}`} |`
  })
  return ['| metric, labels | type | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n')
}
