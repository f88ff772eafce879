import { connect, createServer, type Server, type Socket } from 'node:net'
import type { BullTarget } from '../../src/queue/bullmq/servers/bull-target.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

/** A connection to a queue's server that can be cut and restored. */
export interface BreakableWay {
  target: BullTarget
  cut(): void
  mend(): Promise<void>
}

export async function breakableWay(target: BullTarget): Promise<BreakableWay> {
  const url = new URL(target.engine === 'redis' ? target.redisUrl : target.databaseUrl)
  const { hostname: host, port } = url
  const sockets = new Set<Socket>()
  const open = () =>
    createServer((near) => {
      const far = connect(Number(port), host)
      for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined))
      near.pipe(far).pipe(near)
    })
  // The server may be on another address, such as that of a container.
  url.hostname = '127.0.0.1'
  url.port = String(await freePort())
  let server: Server
  const mend = async () => {
    server = open()
    await new Promise<void>((resolve) => server.listen(Number(url.port), '127.0.0.1', resolve))
  }
  await mend()
  return {
    target: target.engine === 'redis' ? { ...target, redisUrl: url.href } : { ...target, databaseUrl: url.href },
    cut: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    mend,
  }
}
