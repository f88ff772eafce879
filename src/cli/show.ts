import type { Command } from 'commander'
import { findRepos, type KnownRepo } from '../catalog/repo-reads.ts'
import { REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { openExistingCatalog } from './catalog.ts'
import { defineCommand, type Run, UsageError } from './command.ts'
import { EXIT_FAILED } from './failures.ts'
import { escapeForTerminal } from './output/escape.ts'
import { toJson } from './output/json.ts'

interface ShowFlags {
  kind?: string
}

/** `hubdex show ID`: all that is known of one repo. */
export function showCommand(run: Run): Command {
  return defineCommand({
    name: 'show',
    summary: 'All that is known of one repo, under its present or any former name',
    examples: ['hubdex show openai-community/gpt2', 'hubdex show bigcode/the-stack --kind dataset --json'],
  })
    .argument('<id>', 'owner/name, in any letter case')
    .option('--kind <kind>', `${REPO_KINDS.join(', ')}: where several repos share the name`)
    .action(
      run<ShowFlags>(async (context, flags, [id = '']) => {
        const kind = kindOf(flags.kind)
        await using catalog = await openExistingCatalog(context)
        const [repo, ...others] = await findRepos(catalog.db, id, kind)
        if (repo === undefined) {
          context.log(`No repo named ${id} in the catalogue${kind === undefined ? '' : ` among ${kind}s`}.`)
          return EXIT_FAILED
        }
        if (others.length > 0) {
          context.log(`Others share this name: ${others.map((other) => other.kind).join(', ')} (see --kind).`)
        }
        context.print(context.json ? toJson(repo, 2) : readable(repo))
        return 0
      }),
    )
}

function kindOf(text: string | undefined): RepoKind | undefined {
  if (text === undefined) return undefined
  const kind = REPO_KINDS.find((known) => known === text)
  if (kind !== undefined) return kind
  throw new UsageError(`Unknown kind "${text.slice(0, 100)}". Expected one of: ${REPO_KINDS.join(', ')}.`)
}

function readable(repo: KnownRepo): string {
  const lines = Object.entries(repo).map(([field, value]) => `${field.padEnd(18)}${text(value)}`)
  return lines.map(escapeForTerminal).join('\n')
}

function text(value: unknown): string {
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value.join(', ')
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? toJson(value) : String(value)
}
