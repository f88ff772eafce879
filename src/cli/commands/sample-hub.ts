import { type Command, InvalidArgumentError } from 'commander'
import { type Fault, parseFault } from '../../sample-hub/faults/fault.ts'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'

/** `hubdex sample-hub`: a local Hub for trials and tests. */
export function sampleHubCommand(run: Run): Command {
  return defineCommand({
    name: 'sample-hub',
    summary: 'Run a local Hub for trials and tests',
    description:
      "Serves the Hub's API on this machine, with generated repos or your own payloads, the rate limits of the real Hub, " +
      'and faults on demand. The token hf_NAME is that of the user NAME (with _ for -), who may change what NAME owns: ' +
      'hf_lab_admin, hf_lab_write, hf_lab_contributor and hf_lab_read are members of the organization lab, hf_pro has a ' +
      'PRO plan, hf_read_only and hf_fine_grained are tokens with fewer rights. With --churn it changes by itself: mostly ' +
      'downloads, now and then commits, new repos, moves and deletions. Datasets have small Parquet files, and all repos ' +
      'have READMEs. In your own payloads, the fields sampleParquet (some, none, empty, corrupt, encrypted, huge-footer, ' +
      'many-files) and sampleReadme (none, empty, huge, broken-encoding, broken-yaml) change these. Runs until Ctrl-C.',
    examples: [
      'hubdex sample-hub --repos 100000 --seed 7',
      'hubdex sample-hub --data ./payloads --port 8080 --quota 0',
      'hubdex sample-hub --quota 500 --window 5 --fault 5xx:rate=0.05',
      'HUBDEX_WEBHOOK_SECRET=… hubdex sample-hub --churn 10 --webhook http://127.0.0.1:8000/webhooks/hub',
    ],
  })
    .option('--port <port>', 'port to listen on; 0 for any free one', wholeNumber(0, 65_535), 8642)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--repos <repos>', 'repos to generate (default: 3000)', wholeNumber())
    .option('--seed <seed>', 'seed of the generator; the same seed gives the same Hub (default: 1)', wholeNumber())
    .option('--data <folder>', 'serve {models,datasets,spaces,collections}.jsonl[.gz] of this folder instead')
    .option('--quota <requests>', 'requests per window; 0: no limit (default: 500, with a token 1000)', wholeNumber())
    .option('--resolvers-quota <requests>', 'the same for files (default: five times that)', wholeNumber())
    .option('--window <seconds>', 'length of a window', wholeNumber(1), 300)
    .option('--latency-ms <milliseconds>', 'delay of every response', wholeNumber(), 0)
    .option('--fault <fault>', 'fault to inject, KIND[:key=value,…]; repeatable', collectFault)
    .option('--state <file>', 'file that keeps changes, collections and webhooks across restarts')
    .option('--people <file>', 'JSON file of users, organizations, roles and tokens instead of these')
    .option('--file-host', 'redirect downloads of large files to another port, as the real Hub does to another host')
    .option('--churn <rate>', 'changes per second that it makes by itself; may be a fraction', rate, 0)
    .option('--webhook <url>', 'where to send a webhook for each change, with HUBDEX_WEBHOOK_SECRET')
    .action(run(async () => (await import('../actions/sample-hub.ts')).sampleHubAction))
}

function collectFault(text: string, previous: Fault[] = []): Fault[] {
  try {
    return [...previous, parseFault(text)]
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function rate(text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new InvalidArgumentError('Expected a number of at least 0.')
}
