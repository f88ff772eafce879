import { file, proxyExceptions, proxyUrl } from '../value-types.ts'
import type { Setting } from './setting.ts'

/** How other machines are reached. */
export const networkSettings = {
  httpsProxy: {
    env: 'HTTPS_PROXY',
    aliases: ['https_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'Proxy for https addresses: the Hub, file hosts, Meilisearch.',
    secret: true,
  },
  httpProxy: {
    env: 'HTTP_PROXY',
    aliases: ['http_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'Proxy for http addresses. This machine (`localhost`, 127.0.0.1) is always reached directly.',
    secret: true,
  },
  allProxy: {
    env: 'ALL_PROXY',
    aliases: ['all_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'none',
    help: 'Proxy for addresses that HTTPS_PROXY and HTTP_PROXY do not cover.',
    secret: true,
  },
  noProxy: {
    env: 'NO_PROXY',
    aliases: ['no_proxy'],
    type: proxyExceptions,
    default: undefined,
    defaultText: 'none',
    help: 'Hosts to reach without a proxy, separated by commas: `example.com` (and its subdomains), `*.example.com`, `10.1.2.3`, `host:8080`, or `*` for all. Ranges such as 10.0.0.0/8 are not supported.',
  },
  certificateFile: {
    env: 'SSL_CERT_FILE',
    type: file,
    default: undefined,
    defaultText: 'none: the authorities built into Node.js, and those in NODE_EXTRA_CA_CERTS',
    help: 'A PEM file with certificate authorities to trust in addition to those built into Node.js, such as that of your company.',
  },
} as const satisfies Record<string, Setting>
