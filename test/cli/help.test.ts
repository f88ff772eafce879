import type { Command } from 'commander'
import { describe, expect, it, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { hubdex } from '../support/processes/hubdex.ts'

describe('the help', () => {
  it.each(everyCommand())('of %s ends with examples within 24 lines', async (name, isGroup) => {
    const { code, stdout, stderr } = await hubdex([...name.split(' ').slice(1), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.join('\n')).not.toContain('\n\n\n')
    if (isGroup) return
    const end = lines.slice(-24)
    expect(end).toContain('Examples:')
    expect(end.join('\n')).toMatch(new RegExp(`\n {2}\\$ .*${name}`))
  })

  it.each([['search'], ['db', 'migrate']])('is also what `hubdex help %s` shows', async (...names) => {
    expect(await hubdex(['help', ...names])).toEqual(await hubdex([...names, '--help']))
  })

  it('of a command lists the global options, which only the main help describes', async () => {
    const flags = '--json, --config <file>, --data-dir <folder>, --endpoint <url>'
    expect((await hubdex(['show', '--help'])).stdout).toContain(flags)
    expect((await hubdex(['--help'])).stdout).toContain('--data-dir <folder>')
  })
})

test.each([
  [['frobnicate', '--help'], 'frobnicate'],
  [['--json', 'frobnicate', '--help'], 'frobnicate'],
  [['help', 'frobnicate'], 'frobnicate'],
  [['index', 'frobnicate', '--help'], 'frobnicate'],
])('%j is refused as an unknown command', async (commandLine, name) => {
  const { code, stdout, stderr } = await hubdex(commandLine)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(name)
})

/** The full name of each command, and whether it only groups others. */
function everyCommand(): [string, boolean][] {
  const silent = { write: () => true }
  const program = buildProgram({ environment: {}, workingDirectory: '/', stdout: silent, stderr: silent }, () => undefined)
  const below = (command: Command, name: string): [string, boolean][] => [
    [name, command.commands.length > 0 && command !== program && command.options.length === 0],
    ...command.commands.flatMap((child) => below(child, `${name} ${child.name()}`)),
  ]
  return below(program, program.name())
}
