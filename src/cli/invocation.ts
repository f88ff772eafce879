import type { CommandContext } from './command.ts'

/** How the user calls this program: in a checkout there is no `hubdex` on the PATH, and npm says that it runs us. */
export function invocationOf(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment['npm_lifecycle_event'] === undefined) return 'hubdex'
  return environment['npm_package_name'] === 'hubdex' ? 'npm run hubdex --' : 'npx hubdex'
}

/** A message in which the commands, written as `hubdex …`, are those that the user can call. */
export function withInvocation(message: string, called: string): string {
  return message.replaceAll('`hubdex ', `\`${called} `)
}

const SERVERS = ['databaseUrl', 'meiliUrl', 'meiliApiKey'] as const

/**
 * Writes command lines on the embedded catalog of a folder that work as they are printed: variables that name a server
 * instead are emptied in them.
 */
export function commandOn(dataDir: string, { called, loaded }: Pick<CommandContext, 'called' | 'loaded'>) {
  const emptied = SERVERS.map((name) => loaded.sources[name]).flatMap((source) =>
    source.from === 'environment' ? [`${source.name}= `] : [],
  )
  return (commandLine: string): string => `${emptied.join('')}${called} ${commandLine} --data-dir ${quoted(dataDir)}`
}

/** For a shell, which takes only some characters as they are. */
export function quoted(text: string): string {
  if (/^[\w./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
