import type { RepoKind } from '../../hub/kinds.ts'
import type { Draw } from './draw.ts'
import { LONG_ID_CHARACTERS, oddityAt } from './oddity.ts'
import { Topic } from './topic.ts'

const AUTHOR_STARTS = words(`open deep nova blue data quant neuro lab alpha tiny vector micro north echo prime cloud
  hyper bright iron lumen pixel true sigma orbit green river stone silver rapid zen`)
const AUTHOR_ENDS = words(`mind labs forge ai works stack ml research bench spark craft team hub nlp vision logic
  matrix studio byte core foundry systems 42 dev gpt group lingua science tensor ware`)

const FAMILIES = words(`llama mistral qwen3 gemma bert roberta distilbert gpt2 phi falcon whisper wav2vec2 t5 deepseek
  stable-diffusion-xl flux clip vit yolo smollm olmo granite command nemotron mixtral deberta electra xlm-roberta
  sentence-bert speecht5`)
const MODEL_WORDS = words(`instruct chat base-v2 finetuned-sst2 lora gguf awq gptq 4bit merged dpo sft reasoning
  coder-7b medical finance vision-8b multilingual-cased english uncensored-13b abliterated ner summarizer ppo-cartpole
  classifier embedding reranker mini large tts`)
const DATASET_SUBJECTS = words(`wiki news code math medical legal finance reviews tweets recipes speech books science
  robot satellite music chess support patents weather`)
const DATASET_WORDS = words(`instructions corpus qa pairs preferences benchmark captions transcripts dialogues
  embeddings synthetic-v1 eval sft traces images annotated parallel-de-en clean filtered-10k raw`)
const SPACE_SUBJECTS = words(`chat image voice video pdf code music ocr arena leaderboard translator background story
  face caption search resume diagram fitness quiz`)
const SPACE_WORDS = words(`demo playground studio generator app editor assistant viewer explorer remover lab maker
  battle tutor space api converter detector companion dashboard`)

const PARTS: Readonly<Record<RepoKind, readonly [readonly string[], readonly string[]]>> = {
  model: [FAMILIES, MODEL_WORDS],
  dataset: [DATASET_SUBJECTS, DATASET_WORDS],
  space: [SPACE_SUBJECTS, SPACE_WORDS],
}

const RENAMED_SHARE = 0.01

/** All kinds share authors. Cubing a draw gives the measured long tail: 1 % for the first, one or two repos for the median. */
const AUTHORS_PER_REPO = 0.3
const AUTHOR_SKEW = 3

export interface Names {
  authorAt(index: number): string | undefined
  idAt(index: number): string
  formerIdAt(index: number): string | undefined
  /** The index for an id, current or former, in any letter case. */
  indexOf(id: string): number | undefined
}

/** Ids end with their index in base 36, so that repos are found without a table of a million names. */
export function createNames(kind: RepoKind, size: number, draw: Draw): Names {
  const [firsts, seconds] = PARTS[kind]
  const authors = Math.max(1, Math.round(size * AUTHORS_PER_REPO))

  function nameAt(index: number): string {
    const share = draw(index, Topic.name)
    const first = firsts[Math.floor(share * firsts.length)]
    const second = seconds[Math.floor(share * firsts.length * seconds.length) % seconds.length]
    return `${first}-${second}-${index.toString(36)}`
  }

  const authorFor = (index: number, topic: number) => authorName(Math.floor(authors * draw(index, topic) ** AUTHOR_SKEW))

  function authorAt(index: number): string | undefined {
    return oddityAt(index) === 'no-namespace' ? undefined : authorFor(index, Topic.author)
  }

  function idAt(index: number): string {
    const author = authorAt(index)
    const name = nameAt(index)
    if (author === undefined) return name
    if (oddityAt(index) !== 'long-id') return `${author}/${name}`
    const filler = 'long-'.repeat(LONG_ID_CHARACTERS).slice(0, LONG_ID_CHARACTERS - author.length - name.length - 2)
    return `${author}/${filler.replace(/-$/, 'g')}-${name}`
  }

  function formerIdAt(index: number): string | undefined {
    if (draw(index, Topic.rename) >= RENAMED_SHARE) return undefined
    return `${authorFor(index, Topic.rename)}-old/${nameAt(index)}`
  }

  function indexOf(id: string): number | undefined {
    const suffix = /-([0-9a-z]+)$/i.exec(id)?.[1]
    const index = suffix === undefined ? Number.NaN : Number.parseInt(suffix, 36)
    if (!(index < size)) return undefined
    const lowered = id.toLowerCase()
    return [idAt(index), formerIdAt(index)].some((name) => name?.toLowerCase() === lowered) ? index : undefined
  }

  return { authorAt, idAt, formerIdAt, indexOf }
}

/** Each rank has a unique name: the words work like digits, and the remainder follows as a number. */
function authorName(rank: number): string {
  const start = AUTHOR_STARTS[rank % AUTHOR_STARTS.length]
  const rest = Math.floor(rank / AUTHOR_STARTS.length)
  const end = AUTHOR_ENDS[rest % AUTHOR_ENDS.length]
  const left = Math.floor(rest / AUTHOR_ENDS.length)
  return left === 0 ? `${start}-${end}` : `${start}${end}${left}`
}

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
