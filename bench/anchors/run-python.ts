import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { HUGGINGFACE_HUB, pythonPrograms } from '../../test/support/processes/python.ts'
import type { StepResult } from '../support/child.ts'

/** Versions that the figures of docs/benchmarks.md are about. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  hub_psycopg: [`huggingface_hub==${HUGGINGFACE_HUB}`, 'psycopg[binary]==3.3.9'],
  hub_dlt: ['dlt[postgres]==1.31.0'],
  tantivy_search: ['tantivy==0.27.0'],
}

/**
 * Runs a Python program of this folder as a step, with its packages from PyPI in an environment that is made once.
 *
 * @returns undefined if it fails, or without Python or the packages; the reason is printed
 */
export async function runPython(program: string, parameters: Record<string, unknown>): Promise<StepResult | undefined> {
  const programs = await pythonPrograms(program, PACKAGES[program] ?? [])
  if (programs === undefined) return undefined
  const file = fileURLToPath(new URL(`./${program}.py`, import.meta.url))
  const child = spawn(join(programs, 'python'), ['-B', file, JSON.stringify(parameters)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false', HF_HUB_DISABLE_PROGRESS_BARS: '1' },
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) {
    console.log(`${program}.py ended with code ${code}.`)
    return undefined
  }
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}
