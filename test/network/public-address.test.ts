import { Agent, request } from 'undici'
import { expect, test } from 'vitest'
import { InsideAddress, isPublicAddress, publicConnector } from '../../src/network/public-address.ts'
import { failureOf, startServer } from '../hub/test-server.ts'

test.each(['1.1.1.1', '104.18.0.1', '2606:4700::1111', '64:ff9b::1.1.1.1', '::ffff:8.8.8.8'])(
  '%s is an address of the public Internet',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test.each([
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.9.9.9',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.8',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:0:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001:db8::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'no address',
])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false))

test('A name is judged by the address of its connection, and an address by itself', async () => {
  const server = await startServer((_, response) => response.end('inside'))
  const { port } = new URL(server.url)
  const agent = new Agent({ connect: publicConnector({ timeout: 1000 }) })
  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]']) {
    expect(await failureOf(request(`http://${host}:${port}`, { dispatcher: agent }))).toBeInstanceOf(InsideAddress)
  }
  expect(server.requests).toHaveLength(0)
  await agent.close()
})
