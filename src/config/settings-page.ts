import { secretFileVariable } from './secrets/secret-file.ts'
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

Secrets come from the environment, or from files of their own: \`HF_TOKEN_FILE=/run/secrets/hf_token\` names a file whose
content, without the blanks and line ends around it, is what \`HF_TOKEN\` would hold. An empty one counts as not set; both
variables at once, or a file that cannot be read, are errors. Options and the settings file take no secrets: arguments are
visible to every user of the machine, and settings files end up in version control. Secrets are never shown: a refused value that
may hold one is not repeated, and messages and logs have all known secrets masked, as well as passwords in addresses.

The Hub's own tools keep a token in \`~/.cache/huggingface/token\` (\`HF_TOKEN_PATH\`, \`HF_HOME\` and \`XDG_CACHE_HOME\` move it).
hubdex does not read it unasked; \`hubdex config\` and a crawl without a token name the file. To use it, set \`HF_TOKEN_FILE\` to its path.
\`HF_HUB_DISABLE_IMPLICIT_TOKEN=1\` ends the hint.
`

/** The text of docs/settings.md. */
export function settingsPage(): string {
  return [INTRODUCTION, ...settingsTable.map((setting) => section(setting.name, setting))].join('\n')
}

function section(name: string, setting: Setting): string {
  const option = setting.flag === undefined ? '' : `, option \`${setting.flag}\``
  const aliases = (setting.aliases ?? []).map((alias) => ` or \`${alias}\``).join('')
  const other = setting.otherEnv === undefined ? '' : `, or \`${setting.otherEnv}\` where neither is set`
  const secret = setting.secret ? ` or \`${secretFileVariable(setting.env)}\`, secret${other}` : ''
  return `## ${name}

${setting.help}

- Variable \`${setting.env}\`${aliases}${option}${secret}
- Expected: ${setting.type.expected}
- Default: ${setting.defaultText ?? `\`${String(setting.default)}\``}
`
}
