import { errorCode } from './error-code.ts'

/** The options that name the address, as people write them. */
interface AddressOptions {
  host: string
  port: string
}

/**
 * Why a server cannot listen, with what to change. Any other error is returned as it is.
 *
 * @param error what a call that listens has thrown
 */
export function listenError(error: unknown, host: string, port: number, options: AddressOptions): unknown {
  const text = explanation(error, host, port, options)
  return text === undefined ? error : new Error(text, { cause: error })
}

function explanation(error: unknown, host: string, port: number, options: AddressOptions): string | undefined {
  // Files may be in use or forbidden, too.
  if (!(error instanceof Error && 'syscall' in error && ['listen', 'getaddrinfo'].includes(String(error.syscall))))
    return undefined
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use; expected a free one. Set another with ${options.port}; 0 takes any free port.`
    case 'EACCES':
      return `This user may not listen on port ${port} of ${host}; expected one above 1023. Set another with ${options.port}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine; expected one, such as 127.0.0.1. Set another with ${options.host}.`
    default:
      return undefined
  }
}
