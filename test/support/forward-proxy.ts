import { createServer, request as sendRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** A forward proxy that sends all requests to one port and records them. Its URL has the required user and password. */
export async function startProxy({ target, login, status }: { target: string; login?: string; status?: number }) {
  const asked: string[] = []
  const { port: targetPort } = new URL(target)
  const refusalOf = (authorization: string | undefined): number | undefined => {
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
    return wanted === undefined || authorization === wanted ? status : 407
  }
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const refusal = refusalOf(request.headers['proxy-authorization'])
    if (refusal !== undefined) return void response.writeHead(refusal).end()
    const { pathname, search } = new URL(request.url ?? '')
    const { method, headers } = request
    const onward = sendRequest({ host: '127.0.0.1', port: targetPort, path: pathname + search, method, headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`)
    const refusal = refusalOf(request.headers['proxy-authorization'])
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`)
    const onward = connect(Number(targetPort), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((each) => void each.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const user = login === undefined ? '' : `${login}@`
  return { url: `http://${user}127.0.0.1:${port}`, port, asked }
}
