import { type Command, Option } from 'commander'
import { MAX_LIMIT } from '../../../search/checked-query.ts'
import { defineCommand, type Run } from '../../command.ts'
import { wholeNumber } from '../../input/arguments.ts'
import { addSafety, collect } from './safety-options.ts'

const SLUG = 'owner/title-id, current or former, or the address of the collection'
const ITEM = 'owner/name, datasets/owner/name, papers/2307.09288, collections/slug, or an address'

/** `hubdex hub collection`: lists and changes collections. */
export function collectionCommand(run: Run): Command {
  const actions = () => import('../../actions/hub/collections/collection.ts')
  const searched = () => import('../../actions/hub/collections/collection-search.ts')
  const list = defineCommand({
    name: 'list',
    summary: 'List collections by owner, item or words',
    examples: [
      'hubdex hub collection list --owner google',
      'hubdex hub collection list --item models/openai-community/gpt2 --json',
    ],
  })
    .option('--owner <name>', 'only of this owner; repeatable', collect)
    .option('--item <item>', 'only with this item, such as models/owner/name; repeatable', collect)
    .option('--query <text>', 'only with this text in title or description')
    .addOption(new Option('--sort <order>', 'order').choices(['trending', 'lastModified', 'upvotes']))
    .option('--limit <collections>', 'collections to show', wholeNumber(0), 20)
    .action(run(async () => (await actions()).listAction))
  const show = defineCommand({
    name: 'show',
    summary: 'Show a collection with all its items',
    examples: ['hubdex hub collection show TheBloke/recent-models-64f9a55bb3115b4f513ec026'],
  })
    .argument('<slug>', SLUG)
    .action(run(async () => (await actions()).showAction))
  const create = withSearch(
    defineCommand({
      name: 'create',
      summary: 'Create a collection, empty or of what a search of the catalog finds',
      description:
        'Creates a collection. With --from-search it holds what a search of the catalog finds. Interrupted, the same ' +
        'command continues without duplicates. `hubdex hub collection sync` keeps it so.',
      examples: [
        'hubdex hub collection create --title "Reading list" --private',
        'hubdex hub collection create --title "French ASR" --from-search --kind model \\',
        '    --filter task=automatic-speech-recognition --filter language=fr --limit 50',
      ],
    }).requiredOption('--title <title>', 'at most 60 characters'),
  )
    .option('--namespace <owner>', 'owner (default: your own account)')
    .option('--description <text>', 'at most 150 characters')
    .option('--private', 'only its owner sees it')
    .option('--resource-group <id>', 'resource group of the organization that owns it')
    .action(run(async () => (await searched()).createAction))
  const sync = withSearch(
    defineCommand({
      name: 'sync',
      summary: 'Make a collection hold what its search finds now',
      description:
        'Adds what the search of the catalog finds now, and removes what hubdex has added and the search no longer finds. ' +
        'What people have added stays. The search is the one of `create`, or the one given here, which is remembered.',
      examples: ['hubdex hub collection sync me/french-asr-64f9a55bb3115b4f513ec026 --dry-run'],
    }).argument('<slug>', SLUG),
  ).action(run(async () => (await searched()).syncAction))
  const update = defineCommand({
    name: 'update',
    summary: 'Change title, description, theme, position, visibility or resource group; a new title changes the slug',
    examples: ['hubdex hub collection update me/old-64f9a55bb3115b4f513ec026 --title New --theme pink'],
  })
    .argument('<slug>', SLUG)
    .option('--title <title>', 'at most 60 characters')
    .option('--description <text>', 'at most 150 characters')
    .addOption(new Option('--theme <color>', 'color').choices(['orange', 'blue', 'green', 'purple', 'pink', 'indigo']))
    .option('--position <place>', 'place among the collections of its owner; 0 is first', wholeNumber())
    .option('--private', 'only its owner sees it')
    .option('--no-private', 'everybody sees it')
    .option('--resource-group <id>', 'resource group of the organization that owns it')
    .option('--no-resource-group', 'take it out of its resource group')
    .action(run(async () => (await actions()).updateAction))
  const remove = defineCommand({
    name: 'delete',
    summary: 'Delete a collection; its items stay on the Hub',
    examples: ['hubdex hub collection delete me/old-64f9a55bb3115b4f513ec026 --yes'],
  })
    .argument('<slug>', SLUG)
    .action(run(async () => (await actions()).deleteAction))
  const add = withItem('add', 'Add items at the end', ['openai-community/gpt2 papers/2307.09288 --note "Read first"'])
    .argument('<items...>', ITEM)
    .option('--note <text>', 'note on each, at most 500 characters')
    .action(run(async () => (await actions()).addAction))
  const note = withItem('note', 'Set the note of an item', ['openai-community/gpt2 "The classic"'])
    .argument('<item>', ITEM)
    .argument('<text>', 'at most 500 characters')
    .action(run(async () => (await actions()).noteAction))
  const move = withItem('move', 'Move an item to another place', ['openai-community/gpt2 0'])
    .argument('<item>', ITEM)
    .argument('<position>', '0 is the first')
    .action(run(async () => (await actions()).moveAction))
  const drop = withItem('remove', 'Remove items', ['openai-community/gpt2 --yes'])
    .argument('<items...>', `${ITEM}, or the _id of the item`)
    .action(run(async () => (await actions()).removeAction))
  const group = defineCommand({
    name: 'collection',
    summary: 'List and change collections, and make them from searches',
    examples: ['hubdex hub collection list --owner google'],
  })
  for (const command of [list, show]) group.addCommand(command)
  for (const command of [create, update, add, note, move]) group.addCommand(addSafety(command))
  for (const command of [sync, remove, drop]) group.addCommand(addSafety(command, true))
  return group
}

function withSearch(command: Command): Command {
  return command
    .option('--from-search [words...]', 'fill it from a search, with or without words')
    .option('--kind <kind>', 'search: model, dataset or space; repeatable', collect)
    .option('--filter <field=values>', 'search: as of `hubdex search`; repeatable', collect)
    .option('--sort <order>', 'search: order')
    .option('--limit <items>', 'search: items (default: 50)', wholeNumber(1, MAX_LIMIT))
}

function withItem(name: string, summary: string, examples: readonly string[]): Command {
  const slug = 'me/list-64f9a55bb3115b4f513ec026'
  return defineCommand({
    name,
    summary,
    examples: examples.map((rest) => `hubdex hub collection ${name} ${slug} ${rest}`),
  })
    .argument('<slug>', SLUG)
    .option('--kind <kind>', 'kind of items that name none (default: model)')
}
