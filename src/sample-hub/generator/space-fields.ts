import { SPACE_SDKS, SPACE_STAGES, SPACE_TAGS } from '../vocabulary.ts'
import { commonFields, type FieldMakers, licenseAt, pickSeveral, withOddTag } from './common-fields.ts'
import { createPicker } from './distribution.ts'
import { filesAt } from './files.ts'
import { mixedCard, oddityAt, oddTextAt } from './oddity.ts'
import type { Population } from './population.ts'
import { Topic } from './topic.ts'

const LICENSE_SHARE = 0.31
const TAGGED_SHARE = 0.15
const LINKED_SHARE = 0.3

const pickSdk = createPicker(SPACE_SDKS)
const pickStage = createPicker(SPACE_STAGES)
const pickTag = createPicker(SPACE_TAGS)
const pickHardware = createPicker([
  ['cpu-basic', 90],
  ['zero-a10g', 7],
  ['t4-small', 2],
  ['a10g-large', 1],
])

/** Fields of Spaces as functions of the index. */
export function spaceFields(spaces: Population, models: Population, datasets: Population): FieldMakers {
  const { draw, idAt } = spaces
  const license = (index: number) => licenseAt(spaces, index, LICENSE_SHARE)
  const sdk = (index: number) => pickSdk(draw(index, Topic.sdk))
  const subdomain = (index: number) => idAt(index).toLowerCase().replace(/[/._]/g, '-').slice(0, 63)

  function tags(index: number): string[] {
    const own = draw(index, Topic.tagCount) < TAGGED_SHARE ? pickSeveral(spaces, index, Topic.tags, 2, pickTag) : []
    return withOddTag(index, [sdk(index), ...own, 'region:us'])
  }

  function linked(index: number, topic: number, to: Population): string[] | undefined {
    const share = draw(index, topic)
    if (share >= LINKED_SHARE || to.size === 0) return undefined
    return [to.idAt(Math.floor(to.size * (share / LINKED_SHARE) ** 3))]
  }

  function runtime(index: number): Record<string, unknown> {
    const isStatic = sdk(index) === 'static'
    const stage = isStatic ? 'RUNNING' : pickStage(draw(index, Topic.stage))
    const hardware = isStatic ? null : pickHardware(draw(index, Topic.hardware))
    return {
      stage,
      hardware: { current: stage === 'RUNNING' ? hardware : null, requested: hardware },
      storage: null,
      gcTimeout: 172_800,
      replicas: { requested: 1 },
      devMode: false,
      domains: [{ domain: `${subdomain(index)}.hf.space`, stage: 'READY' }],
    }
  }

  function cardData(index: number): Record<string, unknown> {
    if (oddityAt(index) === 'mixed-card') return mixedCard()
    return {
      title: oddTextAt(index) ?? idAt(index).split('/').at(-1),
      emoji: '🚀',
      colorFrom: 'blue',
      colorTo: 'indigo',
      sdk: sdk(index),
      pinned: false,
      license: license(index),
    }
  }

  function siblings(index: number) {
    const usual = ['.gitattributes', 'README.md', 'app.py', 'requirements.txt']
    return filesAt(spaces, index, usual, (number) => `assets/example-${number}.png`)
  }

  return {
    ...commonFields(spaces),
    gated: () => undefined,
    sdk,
    tags,
    subdomain,
    host: (index) => `https://${subdomain(index)}.hf.space`,
    runtime,
    cardData,
    siblings,
    models: (index) => linked(index, Topic.models, models),
    datasets: (index) => linked(index, Topic.datasets, datasets),
    region: () => 'us',
  }
}
