import type { LoadedSettings } from './settings.ts'

/** Conflicts between settings that are valid individually. */
export function contradictions({ values, sources }: LoadedSettings): string[] {
  const problems: string[] = []
  // Only the flag is about this very run. A container image may set both variables, and then the server wins.
  if (sources.dataDir.from === 'flag' && values.databaseUrl !== undefined) {
    problems.push(
      '--data-dir asks for the embedded catalog, but DATABASE_URL is set and would be used instead; expected one of ' +
        'the two: omit the option or unset DATABASE_URL.',
    )
  }
  if (values.databaseReadUrl !== undefined && values.databaseUrl === undefined) {
    problems.push('DATABASE_READ_URL is set, but DATABASE_URL is not; expected both: a replica copies a server.')
  }
  if (values.includePrivate && values.token === undefined) {
    problems.push(
      'includePrivate is true, but HF_TOKEN is not set, and anonymous callers see no private repos; ' +
        'expected both or neither.',
    )
  }
  if (values.queue === 'redis' && values.redisUrl === undefined) {
    problems.push('queue is redis, but REDIS_URL is not set; expected both, or another queue.')
  }
  if (values.queue === 'postgres' && values.databaseUrl === undefined) {
    problems.push(
      'queue is postgres, but DATABASE_URL is not set, and the embedded catalog cannot hold a queue; ' +
        'expected both, or another queue.',
    )
  }
  if (values.meiliApiKey !== undefined && values.meiliUrl === undefined) {
    problems.push('MEILI_API_KEY is set, but MEILI_URL is not; expected both or neither.')
  }
  if ((values.embedderUrl === undefined) !== (values.embedderModel === undefined)) {
    const [given, missing] = values.embedderUrl === undefined ? ['MODEL', 'URL'] : ['URL', 'MODEL']
    problems.push(`HUBDEX_EMBEDDER_${given} is set, but HUBDEX_EMBEDDER_${missing} is not; expected both or neither.`)
  }
  if (values.embedderKey !== undefined && values.embedderUrl === undefined) {
    problems.push('HUBDEX_EMBEDDER_KEY is set, but HUBDEX_EMBEDDER_URL is not; expected both or neither.')
  }
  if (values.semanticRatio > 0 && values.embedderUrl === undefined) {
    problems.push('HUBDEX_SEMANTIC_RATIO is above 0, but HUBDEX_EMBEDDER_URL is not set; expected both or neither.')
  }
  return problems
}
