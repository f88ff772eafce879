import type { Settings } from '../config/settings.ts'
import { SettingsError } from '../config/settings-error.ts'
import type { AccessRules } from '../server/security/access.ts'
import { isLoopback } from '../server/security/loopback.ts'

type AccessSettings = Pick<Settings, 'host' | 'operatorToken' | 'publicRead' | 'corsOrigins'>

/**
 * Who may do what on the server. On loopback everything is open, unless reading is declared public. On any other address,
 * reading needs the token unless it is public, and SQL always does.
 * @throws SettingsError if others can reach the server, and nothing says what they may do
 */
export function requireAccessRules({ host, operatorToken, publicRead, corsOrigins }: AccessSettings): AccessRules {
  const isLocal = isLoopback(host)
  if (!isLocal && operatorToken === undefined && !publicRead) {
    throw new SettingsError([
      `HUBDEX_HOST is ${host}, where others can reach the server, and there is no operator token; expected ` +
        'HUBDEX_OPERATOR_TOKEN, which clients then need; or HUBDEX_PUBLIC_READ=true, which lets everybody read; or the ' +
        'address 127.0.0.1.',
    ])
  }
  return { token: operatorToken, isReadingClosed: !isLocal && !publicRead, isSqlClosed: !isLocal || publicRead, corsOrigins }
}
