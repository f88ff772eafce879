import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { ORG_ROLES, PLANS } from '../../hub-server/people/accounts.ts'

const entity = z.strictObject({ type: z.enum(['user', 'org', ...REPO_KINDS]), name: z.string().min(1) })

const token = z.strictObject({
  token: z.string().regex(/^hf_\w+$/),
  /** @default write */
  role: z.enum(['read', 'write', 'god', 'fineGrained']).optional(),
  displayName: z.string().optional(),
  /** Of a fine-grained token. */
  scoped: z.array(z.strictObject({ entity, permissions: z.array(z.string()) })).optional(),
  canReadGatedRepos: z.boolean().optional(),
})

const name = z.string().regex(/^[\w.-]{1,96}$/)

/** Users and organizations of a sample Hub, as in the file of `--people`. */
const peopleSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        name,
        fullname: z.string().optional(),
        pro: z.boolean().optional(),
        /** Roles by organization. */
        orgs: z.record(name, z.enum(ORG_ROLES)).optional(),
        /** @default the token `hf_NAME`, with `_` for what a token cannot contain */
        tokens: z.array(token).optional(),
        /** Gated repos whose files the user may read, such as `models/acme/large`. */
        access: z.array(z.string().regex(/^(models|datasets|spaces)\/.+/)).optional(),
      }),
    )
    .optional(),
  orgs: z
    .array(z.strictObject({ name, fullname: z.string().optional(), plan: z.enum(PLANS).exclude(['pro']).optional() }))
    .optional(),
})

export type People = z.infer<typeof peopleSchema>

/** @throws Error that names the file and what is wrong with it */
export async function readPeople(path: string): Promise<People> {
  try {
    return peopleSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause)
    const example = '{"orgs": [{"name": "acme"}], "users": [{"name": "ada", "orgs": {"acme": "admin"}}]}'
    throw new Error(`Cannot read people from ${path}: ${reason}. Expected JSON such as ${example}.`, { cause })
  }
}

/** The people of a sample Hub by default: each role and each kind of token once. */
export const SAMPLE_PEOPLE: People = {
  orgs: [{ name: 'lab', fullname: 'The Lab', plan: 'team' }],
  users: [
    { name: 'free' },
    { name: 'pro', pro: true },
    ...ORG_ROLES.map((role) => ({ name: `lab-${role}`, orgs: { lab: role } })),
    {
      name: 'lab-tokens',
      orgs: { lab: 'write' },
      tokens: [
        { token: 'hf_read_only', role: 'read', displayName: 'read-only' },
        {
          token: 'hf_fine_grained',
          role: 'fineGrained',
          displayName: 'fine-grained',
          scoped: [{ entity: { type: 'org', name: 'lab' }, permissions: ['repo.content.read', 'collection.write'] }],
        },
      ],
    },
  ],
}
