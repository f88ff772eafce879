import { type Command, InvalidArgumentError, Option } from 'commander'
import { defineCommand, type Run } from '../../command.ts'
import { wholeNumber } from '../../input/arguments.ts'
import { several, severalOf } from './options.ts'

/** `hubdex hub list`: repos on the Hub. */
export function listCommand(run: Run): Command {
  return defineCommand({
    name: 'list',
    summary: 'List models, datasets or Spaces on the Hub',
    description:
      'Asks the Hub itself, not the catalog. Conditions are combined; --filter takes tags such as license:mit, and bare ' +
      'languages on models but language:fr on datasets. The Hub sorts descending, except for createdAt with --ascending. ' +
      "--json prints the Hub's items as they are; --expand chooses their properties, and a wrong one lists all.",
    examples: [
      'hubdex hub list models --search whisper --filter fr --sort downloads',
      'hubdex hub list datasets --author bigcode --full --json',
      'hubdex hub list models --expand downloadsAllTime,safetensors --limit 3 --json',
      'hubdex hub list spaces --models openai-community/gpt2',
    ],
  })
    .argument('<kind>', 'models, datasets or spaces')
    .option('--search <text>', 'part of the id (repeatable)', several)
    .option('--author <name>', 'a user or an organization')
    .option('--filter <tag>', 'a tag (repeatable, all must be present)', several)
    .option('--sort <key>', 'downloads, likes, createdAt, lastModified, trendingScore …')
    .option('--ascending', 'oldest first, with --sort createdAt')
    .addOption(new Option('--limit <repos>', 'repos to list, or all').argParser(numberOrAll).default(20))
    .option('--full', 'more fields, with the names of all files')
    .option('--expand <properties>', 'only these properties, separated by commas', severalOf)
    .addOption(new Option('--gated <gated>', 'only gated, or only open repos').choices(['true', 'false']))
    .option('--pipeline-tag <task>', 'models: a task')
    .option('--library <library>', 'models: a library')
    .option('--num-parameters <range>', 'models: such as min:6B,max:128B')
    .option('--inference <state>', 'models: warm')
    .option('--inference-provider <names>', 'models: served by one of these, or all for any', severalOf)
    .option('--apps <names>', 'models: run by one of these apps, such as ollama', severalOf)
    .option('--card-data', 'models: adds cardData')
    .option('--with-config', 'models: adds config')
    .option('--models <id>', 'Spaces that use a model (repeatable)', several)
    .option('--datasets <id>', 'Spaces that use a dataset (repeatable)', several)
    .option('--linked', 'Spaces: adds their models and datasets')
    .action(run(async () => (await import('../../actions/hub/list.ts')).listAction))
}

function numberOrAll(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY
  if (!/^\d+$/.test(text.trim())) throw new InvalidArgumentError('Expected a whole number, or all.')
  return wholeNumber(1)(text)
}
