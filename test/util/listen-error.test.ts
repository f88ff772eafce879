import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenError } from '../../src/util/listen-error.ts'

const options = { host: '--host', port: '--port' }
let taken: Server

beforeAll(async () => {
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
})

afterAll(() => void taken.close())

async function failure(host: string, port: number): Promise<unknown> {
  const server = createServer().listen(port, host)
  const [error] = await once(server, 'error')
  return listenError(error, host, port, options)
}

it('says what to change where a server cannot listen', async () => {
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await failure('127.0.0.1', port)).toMatchObject({ message: expect.stringContaining('--port') })
  // An address for documentation, which no machine has.
  expect(await failure('192.0.2.1', 0)).toMatchObject({ message: expect.stringContaining('--host') })
  expect(await failure('no-such-host.invalid', 0)).toMatchObject({ message: expect.stringContaining('--host') })
})

it('leaves any other error as it is', () => {
  const other = Object.assign(new Error('EACCES: permission denied, open state.json'), { code: 'EACCES', syscall: 'open' })
  expect(listenError(other, '127.0.0.1', 80, options)).toBe(other)
})
