import { type Setting, settingsTable } from './settings.ts'
import { SETTINGS_FILE_NAME } from './settings-file.ts'

const INTRODUCTION = `# Settings

<!-- Written from src/config/settings.ts; to write it anew: npm run docs -->

A setting comes from the first of these that has it: the option on the command line, the environment variable, the file
\`${SETTINGS_FILE_NAME}\` in the working directory (or the one named by \`--config\`), the default. In that file the
keys are the names below:

\`\`\`json
{ "endpoint": "https://hub.example.com", "pageSize": 500 }
\`\`\`

An empty variable counts as not set. A variable that begins with \`HUBDEX_\` and is not listed here, an unknown key in
the file, a value that does not fit and settings that contradict each other end every command at once with exit code 2.
\`hubdex config\` shows each setting, its value and where that came from.

Secrets come from the environment only: arguments are visible to every user of the machine, and files end up in version
control. They are never shown.
`

/** The text of docs/settings.md. */
export function settingsPage(): string {
  return [INTRODUCTION, ...settingsTable.map((setting) => section(setting.name, setting))].join('\n')
}

function section(name: string, setting: Setting): string {
  const option = setting.flag === undefined ? '' : `, option \`${setting.flag}\``
  return `## ${name}

${setting.help}

- Variable \`${setting.env}\`${option}${setting.secret ? ', secret' : ''}
- Expected: ${setting.type.expected}
- Default: ${setting.defaultText ?? `\`${String(setting.default)}\``}
`
}
