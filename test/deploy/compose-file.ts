import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface ComposeService {
  image: string
  command?: string[]
  user?: string
  environment?: Record<string, string | null>
  secrets?: string[]
  configs?: { source: string; target: string }[]
  volumes?: string[]
  ports?: string[]
  tmpfs?: string[]
  networks?: string[]
  network_mode?: string
  restart?: string
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  container_name?: string
  stop_grace_period?: string
  healthcheck?: { test?: string[]; disable?: boolean }
  logging?: { options: Record<string, string> }
  depends_on?: Record<string, { condition: string }>
  deploy?: { resources: { limits: { cpus?: string; memory?: string; pids?: number } } }
}

interface ComposeFile {
  services: Record<string, ComposeService>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, unknown>
  secrets: Record<string, { file: string }>
  configs: Record<string, { file: string }>
}

export const composePath = new URL('../../docker-compose.yml', import.meta.url)

/** docker-compose.yml with the defaults of its variables. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(composePath, 'utf8')
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
    .replaceAll('$$', '$')
  return parse(text, { merge: true })
}
