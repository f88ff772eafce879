import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'

const INTRODUCTION = `# Commands

<!-- Generated from the help of the commands by \`npm run docs\`. -->

Results go to stdout, progress and messages to stderr. \`--json\` prints one JSON document to stdout and nothing else.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 130 stopped by Ctrl-C. Ctrl-C stops at the next safe point, a second
one immediately; neither loses data. Options that name a variable in parentheses are [settings](settings.md).

CSV puts a \`'\` before text that a spreadsheet would run as a formula; JSON is exact.
`

test('docs/commands.md matches the help of the commands (npm run docs regenerates it)', async () => {
  const host = { environment: {}, workingDirectory: '/', stdout: { write: () => true }, stderr: { write: () => true } }
  const program = buildProgram(host, () => undefined)
  const sections = program.commands.flatMap(runnable).map(section)
  const options = program.options.map((option) => `- \`${option.flags}\` ${option.description}`)
  const everywhere = ['## Options of every command', '', ...options, ''].join('\n')
  await expect([INTRODUCTION, everywhere, ...sections].join('\n')).toMatchFileSnapshot('../../docs/commands.md')
})

/** The subcommands, and the command itself unless it only groups them. */
function runnable(command: Command): Command[] {
  const subcommands = command.commands.filter((subcommand) => subcommand.name() !== 'help')
  const isName = subcommands.length > 0 && command.options.length === 0
  return [...(isName ? [] : [command]), ...subcommands.flatMap(runnable)]
}

function section(command: Command): string {
  const names = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text) }).configureHelp({ helpWidth: 110 })
  command.outputHelp()
  const own = help.replace(/\nGlobal options[\s\S]*$/, '')
  return `## ${names.join(' ')}\n\n\`\`\`\n${own.trim()}\n\`\`\`\n`
}
