import type { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'

/** `hubdex hub tags`: the tags that filters accept. */
export function tagsCommand(run: Run): Command {
  return defineCommand({
    name: 'tags',
    summary: 'List the tags of models or datasets by type, for use as filters',
    description:
      'Lists every tag in use. Without --type, shows the types and how many tags each has; the type dataset of models has ' +
      'one entry per dataset. The column id is what --filter of `hubdex hub list` takes.',
    examples: [
      'hubdex hub tags models',
      'hubdex hub tags datasets --type task_ids',
      'hubdex hub tags models --type license --json',
    ],
  })
    .argument('<kind>', 'models or datasets')
    .option('--type <type>', 'only this type, such as license, language or pipeline_tag')
    .action(run(async () => (await import('../../actions/hub/tags.ts')).tagsAction))
}
