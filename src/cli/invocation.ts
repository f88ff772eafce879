import type { CommandContext } from './command.ts'

/** How the user starts this program: in a checkout, where `hubdex` is not on the PATH, npm starts it. */
export function invocationOf(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment['npm_lifecycle_event'] === undefined) return 'hubdex'
  return environment['npm_package_name'] === 'hubdex' ? 'npm run hubdex --' : 'npx hubdex'
}

/** Replaces commands written as `hubdex …` in a message by those that the user can run. */
export function withInvocation(message: string, invocation: string): string {
  return message.replaceAll('`hubdex ', `\`${invocation} `)
}

const SERVERS = ['databaseUrl', 'databaseReadUrl', 'meiliUrl', 'meiliApiKey'] as const

/** Formats commands on the embedded catalog of a folder, for copying: they empty variables that name a server. */
export function commandOn(dataDir: string, { invocation, loaded }: Pick<CommandContext, 'invocation' | 'loaded'>) {
  const emptied = SERVERS.map((name) => loaded.sources[name]).flatMap((source) =>
    source.from === 'environment' ? [`${source.name}= `] : [],
  )
  return (commandLine: string): string => `${emptied.join('')}${invocation} ${commandLine} --data-dir ${quoted(dataDir)}`
}

/** Quotes a text for a shell where needed. */
export function quoted(text: string): string {
  if (/^[\w./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
