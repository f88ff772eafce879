import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The last line that a step of the benchmark prints. */
export interface StepResult {
  seconds: number
  peakRssMb: number
  /** Processor time of the step's process. */
  cpuSeconds: number
  [figure: string]: number | undefined
}

/** Runs a file of bench/steps in a new process, to measure its own memory without anything warm from the step before. */
export async function runStep(step: string, parameters: Record<string, unknown>): Promise<StepResult> {
  const file = fileURLToPath(new URL(`../steps/${step}.ts`, import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify(parameters)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`Step ${step} ended with code ${code}.`)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}

/** For a step: its parameters. */
export function stepParameters<Parameters>(): Parameters {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** For a step: prints its result. */
export function reportStep(startedMs: number, figures: Record<string, number> = {}): void {
  const seconds = (performance.now() - startedMs) / 1000
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  // Node reports memory in kilobytes and times in microseconds.
  const peakRssMb = Math.round(maxRSS / 1024)
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
  console.log(JSON.stringify({ seconds, peakRssMb, cpuSeconds, ...figures }))
}

export interface BenchHub {
  url: string
  stop(): Promise<void>
}

/**
 * Starts a sample Hub without quota in its own process.
 *
 * @param options.churn changes per second that it makes by itself, none by default
 * @param options.port a free one by default
 */
export async function startHub(repos: number, { churn = 0, port = 0 } = {}): Promise<BenchHub> {
  const size = ['--repos', String(repos), '--churn', String(churn), '--port', String(port)]
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'sample-hub', '--json', ...size, '--seed', '1', '--quota', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(child.stdout, 'data')
  const { url } = JSON.parse(String(line))
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
