import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { buildProgram } from '../../src/cli/program.ts'
import { settingsTable } from '../../src/config/settings.ts'
import { readComposeFile } from './compose-file.ts'

const folder = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const kustomization = parse(read('kustomization.yaml'))
const objects = kustomization.resources.flatMap((name: string) =>
  parseAllDocuments(read(name), { merge: true }).map((document) => document.toJS()),
)
const named = (kind: string): Workload[] => objects.filter((object: { kind: string }) => object.kind === kind)
const deployments = named('Deployment')
const secretsOfCompose = Object.keys(readComposeFile().secrets)

describe('deploy/kubernetes', () => {
  test('has the three roles, the job, and a budget per role', () => {
    const roles = deployments.map((deployment) => deployment.spec.template.spec.containers[0].args)
    expect(roles).toEqual([['schedule'], ['worker'], ['serve']])
    expect(named('Job')).toHaveLength(1)
    expect(named('PodDisruptionBudget').map(({ spec }) => spec.selector)).toEqual(deployments.map(({ spec }) => spec.selector))
  })

  test('uses settings that exist, and secrets only as files that deploy/make-secrets.sh writes', () => {
    const literals: string[] = kustomization.configMapGenerator[0].literals
    const own = workloads().flatMap(({ env = [] }) => env.map(({ name, value }) => `${name}=${value}`))
    for (const literal of [...literals, ...own]) {
      const [, name, value] = /^(\w+)=(.*)$/.exec(literal) ?? []
      expect(settingsTable.map(({ env, secret }) => (secret ? `${env}_FILE` : env))).toContain(name)
      if (name?.endsWith('_FILE')) expect(secretsOfCompose).toContain(value?.replace('/etc/hubdex/', ''))
    }
  })

  test.each(workloads())('$args.0 is a command that is confined', ({ args, securityContext, resources }) => {
    const program = buildProgram({ environment: {}, workingDirectory: folder, ...silent }, () => undefined)
    expect(program.commands.map((command) => command.name())).toContain(args[0])
    expect(securityContext).toEqual({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
    expect(resources).toMatchObject({ requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } })
  })

  test('every Deployment has probes at the port of /health, and time to shut down', () => {
    for (const { spec } of deployments) {
      const { containers, securityContext, terminationGracePeriodSeconds } = spec.template.spec
      const [{ args, env, ports, livenessProbe, readinessProbe, startupProbe }] = containers
      const port = args[0] === 'serve' ? '8000' : env?.find(({ name }) => name === 'HUBDEX_HEALTH_PORT')?.value
      expect(ports).toEqual([{ name: 'health', containerPort: Number(port) }])
      for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
        expect(probe).toMatchObject({ httpGet: { path: '/health', port: 'health' } })
      }
      expect(securityContext).toMatchObject({ runAsNonRoot: true })
      expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30)
    }
  })
})

const silent = { stdout: { write: () => undefined }, stderr: { write: () => undefined } }

interface Container {
  args: [string, ...string[]]
  env?: { name: string; value: string }[]
  ports?: unknown
  livenessProbe?: unknown
  readinessProbe?: unknown
  startupProbe?: unknown
  securityContext?: unknown
  resources?: unknown
}

interface Workload {
  spec: {
    selector: unknown
    template: { spec: { containers: [Container]; securityContext: unknown; terminationGracePeriodSeconds: number } }
  }
}

function workloads(): Container[] {
  return [...deployments, ...named('Job')].map(({ spec }) => spec.template.spec.containers[0])
}
