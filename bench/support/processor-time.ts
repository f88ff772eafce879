import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

/** Linux counts processor time in ticks of 10 ms. */
const TICKS_PER_SECOND = 100
/** Fields of /proc/PID/stat after the name, which may contain blanks: the parent, and times of the process and its ended children. */
const PARENT = 1
const TIMES = [11, 12, 13, 14]

/** Seconds of processor time that a process and its children have used so far; 0 where there is no /proc. */
export async function processorSeconds(pid: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  let ticks = 0
  for (const each of pids) {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(each) !== pid && Number(fields[PARENT]) !== pid) continue
    // Ended children count for the parent only once it has waited for them.
    const times = Number(each) === pid ? TIMES : TIMES.slice(0, 2)
    for (const field of times) ticks += Number(fields[field])
  }
  return ticks / TICKS_PER_SECOND
}

/** The process id of a Postgres server on this machine. */
export async function postgresPid(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(`select pg_read_file('postmaster.pid') as file`)
  await client.end()
  return Number.parseInt(rows[0]?.file, 10)
}
