import { choice, hostNames, networkAddress, networks, sharedSecret, wholeNumber, yesOrNo } from '../value-types.ts'
import type { Setting } from './setting.ts'

/** How the server of `hubdex up` and `hubdex serve` is reached, and what long-running commands log. */
export const serverSettings = {
  host: {
    env: 'HUBDEX_HOST',
    flag: '--host <address>',
    type: networkAddress,
    default: '127.0.0.1',
    help: 'Address that the server listens on.',
  },
  port: {
    env: 'HUBDEX_PORT',
    flag: '--port <port>',
    type: wholeNumber(0, 65_535),
    default: 8000,
    help: 'Port that the server listens on; 0 for any free one.',
  },
  allowedHosts: {
    env: 'HUBDEX_ALLOWED_HOSTS',
    type: hostNames,
    default: [],
    defaultText: 'none: IP addresses and the names of this machine, as listed in docs/deploying.md',
    help: 'Additional host names at which the server may be reached, such as the name of a reverse proxy. Refusing all others keeps pages of other sites from reading the server by DNS rebinding.',
  },
  trustedProxies: {
    env: 'HUBDEX_TRUSTED_PROXIES',
    type: networks,
    default: [],
    defaultText: 'none: the connecting address is the client',
    help: 'Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` headers are trusted.',
  },
  healthPort: {
    env: 'HUBDEX_HEALTH_PORT',
    type: wholeNumber(0, 65_535),
    default: undefined,
    defaultText: 'none: they do not listen',
    help: 'Port on which `hubdex worker` and `hubdex schedule` serve `/health` and `/metrics`; 0 for any free one.',
  },
  operatorToken: {
    env: 'HUBDEX_OPERATOR_TOKEN',
    type: sharedSecret(20),
    default: undefined,
    defaultText: 'none: there is no dashboard',
    help: 'Token to sign in with to the queue dashboard of the server.',
    secret: true,
  },
  webhookSecret: {
    env: 'HUBDEX_WEBHOOK_SECRET',
    type: sharedSecret(16),
    default: undefined,
    defaultText: 'none: webhooks are refused',
    help: "Secret of the Hub's webhook that calls `/webhooks/hub`.",
    secret: true,
  },
  mirrorFill: {
    env: 'HUBDEX_MIRROR_FILL',
    type: yesOrNo,
    default: false,
    help: "Whether the mirror of the Hub's API fetches details and Parquet lists that a caller asks for and the catalog lacks. Each costs requests to the Hub once.",
  },
  logFormat: {
    env: 'HUBDEX_LOG_FORMAT',
    type: choice(['auto', 'text', 'json']),
    default: 'auto',
    help: 'Log format of long-running commands on stderr: text for people, or one JSON object per line. `auto` is text on a terminal, else JSON.',
  },
  logLevel: {
    env: 'HUBDEX_LOG_LEVEL',
    type: choice(['debug', 'info', 'warn', 'error']),
    default: 'info',
    help: 'Lowest level that long-running commands log.',
  },
} as const satisfies Record<string, Setting>
