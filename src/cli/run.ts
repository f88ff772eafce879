import { LogOutput } from '../output/log-output.ts'
import { StandardOutput } from '../output/standard-output.ts'
import { EXIT_FAILED } from './exit-codes.ts'
import { runProgram } from './program.ts'

const stderr = new LogOutput(process.stderr)
const stdout = new StandardOutput(process.stdout, (reason) => stderr.write(`${reason}\n`))
// Asynchronous writes may fail after the command has ended.
process.on('exit', () => {
  if (stdout.isIncomplete && process.exitCode === 0) process.exitCode = EXIT_FAILED
})

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  workingDirectory: process.cwd(),
  stdout,
  stderr,
})
