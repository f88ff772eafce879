import pg from 'pg'

let count = 0

/** Creates an empty database on a server. @returns its URL */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `hubdex_bench_${Date.now()}_${count++}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
}
