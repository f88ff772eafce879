import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listDatasets, listModels, listSpaces } from '@huggingface/hub'
import { HUGGINGFACE_HUB, pythonPrograms } from '../../test/support/processes/python.ts'

export interface Walk {
  repos: number
  ms: number
}

/** Walks the lists of all kinds with the Hub's own client in JavaScript. */
export async function walkInJavaScript(hubUrl: string): Promise<Walk> {
  const startedMs = performance.now()
  let repos = 0
  for (const list of [listModels({ hubUrl }), listDatasets({ hubUrl }), listSpaces({ hubUrl })]) {
    for await (const _ of list) repos++
  }
  return { repos, ms: performance.now() - startedMs }
}

const PROGRAM = `
import sys, time
from huggingface_hub import HfApi
api = HfApi(endpoint=sys.argv[1])
started = time.monotonic()
repos = sum(1 for walk in (api.list_models, api.list_datasets, api.list_spaces) for _ in walk())
print(repos, (time.monotonic() - started) * 1000)
`

/** The same with huggingface_hub; undefined if it cannot be installed. */
export async function walkInPython(hubUrl: string): Promise<Walk | undefined> {
  const programs = await pythonPrograms('huggingface_hub', [`huggingface_hub==${HUGGINGFACE_HUB}`])
  if (programs === undefined) return undefined
  const { stdout } = await promisify(execFile)(join(programs, 'python'), ['-c', PROGRAM, hubUrl])
  const [repos = 0, ms = 0] = stdout.trim().split(' ').map(Number)
  return { repos, ms }
}
