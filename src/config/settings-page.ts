import { secretFileVariable } from './secrets/secret-file.ts'
import { type Setting, settingsTable } from './settings.ts'
import { SETTINGS_FILE_NAME } from './settings-file.ts'

const INTRODUCTION = `# Settings

<!-- Generated from src/config/table by \`npm run docs\`. -->

A setting is taken from the first of these that has it: the command-line option, the environment variable, the file
\`${SETTINGS_FILE_NAME}\` in the working directory (or the one named by \`--config\`), the default. The keys of that file
are the names below:

\`\`\`json
{ "endpoint": "https://hub.example.com", "pageSize": 500 }
\`\`\`

An empty variable counts as not set. Every command stops at once with exit code 2 for an unlisted variable that begins with
\`HUBDEX_\`, an unknown key in the file, an invalid value, or settings that contradict each other.
\`hubdex config\` shows each setting with its value and source.

Secrets come from the environment or from secret files: \`HF_TOKEN_FILE=/run/secrets/hf_token\` names a file that holds the
value of \`HF_TOKEN\`; surrounding whitespace is removed. An empty file counts as not set. Setting both variables, or naming a
file that cannot be read, is an error. Options and the settings file cannot hold secrets: arguments are visible to every user
of the machine, and settings files end up in version control. Secrets are never shown: errors do not repeat a refused value
that may hold one, and messages and logs mask all known secrets and passwords in addresses.

The Hub's own tools store a token in \`~/.cache/huggingface/token\` (\`HF_TOKEN_PATH\`, \`HF_HOME\` and \`XDG_CACHE_HOME\` move
it). hubdex does not use it by itself; \`hubdex config\` and a crawl without a token mention the file. To use it, set
\`HF_TOKEN_FILE\` to its path. \`HF_HUB_DISABLE_IMPLICIT_TOKEN=1\` turns the hint off.
`

/** The text of docs/settings.md. */
export function settingsPage(): string {
  return [INTRODUCTION, ...settingsTable.map((setting) => section(setting.name, setting))].join('\n')
}

function section(name: string, setting: Setting): string {
  const option = setting.flag === undefined ? '' : `, option \`${setting.flag}\``
  const aliases = (setting.aliases ?? []).map((alias) => ` or \`${alias}\``).join('')
  const other =
    setting.otherEnv === undefined
      ? ''
      : `, or \`${setting.otherEnv}\` if ${setting.secret ? 'neither' : 'it'} is${setting.secret ? '' : ' not'} set`
  const secret = setting.secret ? ` or \`${secretFileVariable(setting.env)}\`, secret${other}` : other
  return `## ${name}

${setting.help}

- Variable \`${setting.env}\`${aliases}${option}${secret}
- Expected: ${setting.type.expected}
- Default: ${setting.defaultText ?? `\`${String(setting.default)}\``}
`
}
