import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Settings } from '../../config/settings.ts'
import { SettingsError } from '../../config/settings-error.ts'
import { withScheme } from '../../config/value-types.ts'
import type { Network } from '../../network/outbound-agent.ts'
import type { ForwardProxy } from '../../network/proxies.ts'

type NetworkSettings = Pick<Settings, 'httpsProxy' | 'httpProxy' | 'allProxy' | 'noProxy' | 'certificateFile'>

/** The configured proxies and certificates. @throws SettingsError if the file with certificates is unusable */
export function networkOf(settings: NetworkSettings): Network {
  const { httpsProxy, httpProxy, allProxy, noProxy, certificateFile } = settings
  const all = proxyIn(allProxy, 'ALL_PROXY')
  return {
    proxies: {
      https: proxyIn(httpsProxy, 'HTTPS_PROXY') ?? all,
      http: proxyIn(httpProxy, 'HTTP_PROXY') ?? all,
      none: noProxy,
    },
    trust: certificateFile === undefined ? undefined : trusting(certificateFile),
  }
}

function proxyIn(url: string | undefined, variable: string): ForwardProxy | undefined {
  return url === undefined ? undefined : { url: withScheme(url), variable }
}

/** Trusts the certificates in a file in addition to those that Node.js trusts. */
function trusting(path: string): SecureContext {
  try {
    const added = readFileSync(path, 'utf8')
    // Throws if the text holds no certificate. createSecureContext would accept it silently.
    new X509Certificate(added)
    return createSecureContext({ ca: [...getCACertificates('default'), added] })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SettingsError(
      [`SSL_CERT_FILE names ${path}, which cannot be used: ${reason}; expected a PEM file with certificates.`],
      { cause: error },
    )
  }
}
