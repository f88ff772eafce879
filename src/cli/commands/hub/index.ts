import { Command } from 'commander'
import type { Run } from '../../command.ts'
import { collectionCommand } from './collection.ts'
import { filesCommand } from './files.ts'
import { getCommand } from './get.ts'
import { infoCommand } from './info.ts'
import { listCommand } from './list.ts'
import { parquetCommand } from './parquet.ts'
import { repoCommand } from './repo.ts'
import { tagsCommand } from './tags.ts'
import { viewerCommand } from './viewer.ts'
import { webhookCommand } from './webhook.ts'
import { whoamiCommand } from './whoami.ts'

const COMMANDS = [
  ...[whoamiCommand, listCommand, infoCommand, tagsCommand, filesCommand, parquetCommand, viewerCommand, getCommand],
  ...[repoCommand, collectionCommand, webhookCommand],
]

/** `hubdex hub`: the Hub's API by hand. */
export function hubCommand(run: Run): Command {
  const group = new Command('hub').summary("Use the Hub's API by hand").description("Use the Hub's API by hand")
  for (const define of COMMANDS) group.addCommand(define(run))
  return group
}
