import { type Command, InvalidArgumentError } from 'commander'
import { type Fault, parseFault } from '../../sample-hub/faults/fault.ts'
import { wholeNumber } from '../arguments.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex sample-hub`: a local Hub to try and test against. */
export function sampleHubCommand(run: Run): Command {
  return defineCommand({
    name: 'sample-hub',
    summary: 'A local Hub to try and test against',
    description:
      'Serves the API of the Hub on this machine, with generated repos or with payloads of your own, with the rate ' +
      'limits of the real one and with faults on demand. Whoever shows any token of the form hf_… may change it, and ' +
      'with --churn it changes by itself: mostly downloads, now and then commits, new repos, moves and deletions. ' +
      'Datasets have small Parquet files and all repos READMEs; in payloads of your own, the fields sampleParquet ' +
      '(some, none, empty, corrupt, encrypted, huge-footer, many-files) and sampleReadme (none, empty, huge, ' +
      'broken-encoding, broken-yaml) make them go wrong. Runs until Ctrl-C.',
    examples: [
      'hubdex sample-hub --repos 100000 --seed 7',
      'hubdex sample-hub --data ./payloads --port 8080 --quota 0',
      'hubdex sample-hub --quota 500 --window 5 --fault 5xx:rate=0.05',
      'HUBDEX_WEBHOOK_SECRET=… hubdex sample-hub --churn 10 --webhook http://127.0.0.1:8000/webhooks/hub',
    ],
  })
    .option('--port <port>', 'port to listen on; 0 for any free one', wholeNumber(0, 65_535), 8642)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--repos <repos>', 'how many repos to generate (default: 3000)', wholeNumber())
    .option('--seed <seed>', 'what to generate them from; the same seed gives the same Hub (default: 1)', wholeNumber())
    .option('--data <folder>', 'serve {models,datasets,spaces}.jsonl[.gz] of this folder instead')
    .option('--quota <requests>', 'requests a window; 0 for no limit (default: 500, with a token 1000)', wholeNumber())
    .option('--resolvers-quota <requests>', 'the same for files (default: five times that)', wholeNumber())
    .option('--window <seconds>', 'length of a window', wholeNumber(1), 300)
    .option('--latency-ms <milliseconds>', 'how long every answer waits', wholeNumber(), 0)
    .option('--fault <fault>', 'something to go wrong, KIND[:key=value,…]; repeatable', collectFault)
    .option('--file-host', 'send readers of large files to another port, as the real Hub does to another host')
    .option('--churn <rate>', 'changes a second that it makes by itself; fractions are welcome', rate, 0)
    .option('--webhook <url>', 'where to post a webhook about each change, with the secret of HUBDEX_WEBHOOK_SECRET')
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
