import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut: its connections then break, and new ones are refused. */
export interface SeveredLink extends AsyncDisposable {
  port: number
  cut(): Promise<void>
  restore(): Promise<void>
}

/** Listens on a free port of this machine, and passes everything on to `target`. */
export async function openLink(target: { host: string; port: number }): Promise<SeveredLink> {
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  }
  const open = async (port: number) => {
    const server = createServer((client) => {
      const upstream = connect(target.port, target.host)
      track(client)
      track(upstream)
      client.pipe(upstream).pipe(client)
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await open(0)
  const { port } = server.address() as { port: number }
  const cut = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    port,
    cut,
    restore: async () => {
      server = await open(port)
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await cut()
    },
  }
}
