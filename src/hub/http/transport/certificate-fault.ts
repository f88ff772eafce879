const TRUST =
  'If your own authority issued it, set SSL_CERT_FILE (or NODE_EXTRA_CA_CERTS) to a PEM file with the certificate of that authority.'

/** What is wrong with the TLS of the server, by error code, and what to do about it. Undefined for other codes. */
export function certificateFault(code: string, error: unknown): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `its certificate has expired (${code}). Have it renewed; if it is still valid, correct the clock of this machine.`
    case 'CERT_NOT_YET_VALID':
      return `its certificate is not valid yet (${code}). Correct the clock of this machine, or have the certificate replaced.`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another host (${code}${namesIn(error)}). Use a name from the certificate.`
    case 'CERT_REVOKED':
      return `its certificate has been revoked (${code}). Have it replaced.`
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_UNTRUSTED':
      return `its certificate is from an issuer that is not trusted here (${code}). ${TRUST}`
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `it does not speak TLS (${code}). Use http:// if it does not support https.`
  }
  if (/CERT|CRL|SELF_SIGNED|UNABLE_TO/.test(code)) return `its certificate is not trusted (${code}). ${TRUST}`
  return /^ERR_(TLS|SSL)/.test(code) ? `TLS failed (${code}).` : undefined
}

/** Node.js lists the names in the error message. They are text from the server. */
function namesIn(error: unknown): string {
  const names = /altnames: ((?:DNS|IP)[\w.:*, -]{1,200})/i.exec(error instanceof Error ? error.message : '')?.[1]
  return names === undefined ? '' : `: ${names.trim()}`
}
