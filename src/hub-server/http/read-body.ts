import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { HubRefusal } from './hub-refusal.ts'

/** @throws HubRefusal 400 that names the first wrong member of the body */
export function readBody<Shape>({ body }: Pick<FastifyRequest, 'body'>, schema: z.ZodType<Shape>): Shape {
  const { data, error } = schema.safeParse(body ?? {})
  const issue = error?.issues[0]
  if (issue === undefined) return data as Shape
  const path = issue.path.map(String).join('.')
  throw new HubRefusal(400, path === '' ? issue.message : `"${path}": ${issue.message}`)
}
