import { CATALOG_METRICS, type MetricDefinition, PROCESS_METRICS } from './definitions.ts'

const INTRODUCTION = `# Metrics

<!-- Written from src/telemetry/metrics/definitions.ts; to write it anew: npm run docs -->

Every process that runs for long answers \`/metrics\` for Prometheus: \`hubdex up\` and \`hubdex serve\` on their own port,
\`hubdex worker\` and \`hubdex schedule\` on \`HUBDEX_HEALTH_PORT\`, where \`/health\` is too. Metrics of Node itself (\`process_…\`,
\`nodejs_…\`) come with them. The label \`budget\` names a token without giving it away; \`anonymous\` is none.
`

const CATALOG_INTRODUCTION = `Of the catalog and the queue as a whole, told by servers only: of several servers, take any one. Read at
most every half minute; what cannot be read in time is as it was last known.
`

/** The text of docs/metrics.md. */
export function metricsPage(): string {
  return [
    INTRODUCTION,
    '## Of each process\n',
    table(Object.values(PROCESS_METRICS)),
    '## Of the catalog\n',
    CATALOG_INTRODUCTION,
    table(Object.values(CATALOG_METRICS)),
  ].join('\n')
}

function table(definitions: readonly MetricDefinition[]): string {
  const rows = definitions.map(({ name, type, labels, help, watch }) => {
    const named = [`\`${name}\``, ...labels.map((label) => `\`${label}\``)].join(', ')
    return `| ${named} | ${type} | ${help}${watch === undefined ? '' : ` **Watch:** ${watch}`} |`
  })
  return ['| metric, labels | type | what it is |', '| --- | --- | --- |', ...rows, ''].join('\n')
}
