import type { LoadedSettings } from './settings.ts'

/** What is wrong between settings of which each is right by itself. */
export function contradictions({ values, sources }: LoadedSettings): string[] {
  const problems: string[] = []
  // Only the flag speaks of this very run. An image may well set both variables, and then the real server wins.
  if (sources.dataDir.from === 'flag' && values.databaseUrl !== undefined) {
    problems.push(
      '--data-dir asks for the embedded catalog, but DATABASE_URL is set and would be used instead; expected one of ' +
        'the two: leave the option out or unset DATABASE_URL.',
    )
  }
  if (values.includePrivate && values.token === undefined) {
    problems.push(
      'includePrivate is true, but there is no HF_TOKEN, and an anonymous caller sees no private repos; ' +
        'expected both or neither.',
    )
  }
  if (values.queue === 'redis' && values.redisUrl === undefined) {
    problems.push('queue is redis, but there is no REDIS_URL; expected both, or another queue.')
  }
  if (values.queue === 'postgres' && values.databaseUrl === undefined) {
    problems.push(
      'queue is postgres, but there is no DATABASE_URL, and the embedded catalog holds no queue; expected both, or another queue.',
    )
  }
  if (values.meiliApiKey !== undefined && values.meiliUrl === undefined) {
    problems.push('There is a MEILI_API_KEY, but no MEILI_URL; expected both or neither.')
  }
  return problems
}
