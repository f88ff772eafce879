import { expect, it } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { awaitServer } from '../../../src/service/open/await-server.ts'

it('waits for a server that does not listen yet, and logs that once; any other error is thrown at once', async () => {
  const lines: string[] = []
  const context = { log: (line: string) => void lines.push(line), signal: new AbortController().signal }
  const answers = [
    () => openConnection({ databaseUrl: 'postgres://127.0.0.1:1/x' }),
    () => openConnection({ databaseUrl: 'postgres:///x?host=/nowhere' }),
    () => Promise.reject(new Error('a wrong password')),
  ]
  await expect(awaitServer(async () => answers.shift()?.(), context)).rejects.toThrow('a wrong password')
  expect(lines).toEqual([expect.stringMatching(/127\.0\.0\.1:1 .* 30 seconds/)])
})
