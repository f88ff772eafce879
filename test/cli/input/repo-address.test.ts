import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/cli/command.ts'
import { namedRepo, repoAddress } from '../../../src/cli/input/repo-address.ts'

const MIRROR = 'http://mirror.example:8080/hub'
const ENDPOINTS = [MIRROR]

describe('a pasted address', () => {
  it.each([
    ['https://huggingface.co/openai/whisper-large-v3', 'model', 'openai/whisper-large-v3'],
    [' https://huggingface.co/openai/whisper-large-v3/ ', 'model', 'openai/whisper-large-v3'],
    ['http://huggingface.co/openai/whisper-large-v3?library=transformers', 'model', 'openai/whisper-large-v3'],
    ['https://huggingface.co/openai/whisper-large-v3#usage', 'model', 'openai/whisper-large-v3'],
    ['HTTPS://HuggingFace.co/openai/Whisper-Large-v3', 'model', 'openai/Whisper-Large-v3'],
    ['https://huggingface.co/openai/whisper-large-v3/blob/main/config.json', 'model', 'openai/whisper-large-v3'],
    ['https://huggingface.co/gpt2', 'model', 'gpt2'],
    ['https://huggingface.co/gpt2/resolve/main/model.safetensors?download=true', 'model', 'gpt2'],
    ['https://huggingface.co/datasets/squad/tree/main', 'dataset', 'squad'],
    ['https://huggingface.co/datasets/a/b/viewer/default/train?p=3', 'dataset', 'a/b'],
    ['https://huggingface.co/spaces/a/b/discussions/3', 'space', 'a/b'],
    ['https://huggingface.co/a/name%2Ewith%20blank', 'model', 'a/name.with blank'],
    ['https://huggingface.co/a/100%', 'model', 'a/100%'],
    ['https://huggingface.co/a/nul%00', 'model', 'a/nul%00'],
    ['https://huggingface.co/api/models/a/b/revision/main', 'model', 'a/b'],
    ['https://huggingface.co/api/datasets/squad/parquet', 'dataset', 'squad'],
    ['hf.co/spaces/a/b', 'space', 'a/b'],
    ['huggingface.co/a/b', 'model', 'a/b'],
    ['<https://hf.co/a/b>', 'model', 'a/b'],
    ['hf://datasets/a/b@refs/convert/parquet/x.parquet', 'dataset', 'a/b'],
    ['hf://a/b/config.json', 'model', 'a/b'],
    ['git clone https://huggingface.co/datasets/a/b.git', 'dataset', 'a/b'],
    ['git@hf.co:spaces/a/b', 'space', 'a/b'],
    ['datasets/a/b', 'dataset', 'a/b'],
    ['Datasets/squad', 'dataset', 'squad'],
    [`${MIRROR}/datasets/a/b`, 'dataset', 'a/b'],
    [`${MIRROR.replace('http://', '')}/a/b/tree/main`, 'model', 'a/b'],
  ])('%s names a repo', (text, kind, id) => {
    expect(repoAddress(text, ENDPOINTS)).toEqual({ kind, id })
  })

  it.each(['openai/whisper', 'gpt2', '621ffdc036468d709f17434d', 'text/generation', 'c++', 'huggingface.co', '', 'a/b/c'])(
    '%j is not an address',
    (text) => {
      expect(repoAddress(text, ENDPOINTS)).toBeUndefined()
    },
  )

  it.each([
    ['https://huggingface.co/models?search=bert', 'https://huggingface.co/owner/name'],
    ['https://huggingface.co/datasets', UsageError],
    ['https://huggingface.co/docs/hub/index', UsageError],
    ['https://huggingface.co/api/whoami-v2', UsageError],
    ['https://github.com/openai/whisper', /huggingface\.co .*hf\.co .*mirror\.example:8080/],
    ['https://huggingface.co.evil.example/a/b', UsageError],
    ['http://mirror.example:8080/hubris/a/b', UsageError],
  ])('%s is refused', (text, message) => {
    expect(() => repoAddress(text, ENDPOINTS)).toThrow(message)
  })

  it('is refused without showing its password', () => {
    expect(() => repoAddress('https://me:hf_secret@elsewhere.example/a/b', ENDPOINTS)).toThrow(/^(?!.*hf_secret)/)
  })

  it('implies the kind, which --kind may repeat but not contradict', () => {
    expect(namedRepo('https://hf.co/datasets/a/b', 'Datasets', ENDPOINTS)).toEqual({ kind: 'dataset', id: 'a/b' })
    expect(namedRepo('a/b', 'space', ENDPOINTS)).toEqual({ kind: 'space', id: 'a/b' })
    expect(() => namedRepo('https://hf.co/datasets/a/b', 'model', ENDPOINTS)).toThrow(/dataset.*--kind .*model/)
    expect(() => namedRepo('a/b', 'modle', ENDPOINTS)).toThrow(/ model\?/)
    expect(() => namedRepo(' ', undefined, ENDPOINTS)).toThrow(UsageError)
  })
})
