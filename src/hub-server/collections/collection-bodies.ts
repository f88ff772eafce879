import { z } from 'zod'
import { ITEM_TYPES, THEMES } from './hub-collections.ts'

/** Bodies of the requests that change collections. */

const title = z.string().trim().min(1).max(60)
const description = z.string().max(150)
const note = z.string().max(500)
const position = z.int().min(0)
const gallery = z.array(z.string())
const resourceGroupId = z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of a resource group')

export const newCollection = z.object({
  title,
  namespace: z.string().min(1),
  description: description.optional(),
  private: z.boolean().optional(),
  item: z.object({ type: z.enum(ITEM_TYPES), id: z.string() }).optional(),
  resourceGroupId: resourceGroupId.optional(),
})
export const newGroup = z.object({ resourceGroupId: resourceGroupId.nullable() })
export const changes = z.object({
  title: title.optional(),
  description: description.optional(),
  private: z.boolean().optional(),
  position: position.optional(),
  theme: z.enum(THEMES).optional(),
  gating: z.boolean().optional(),
})
export const newItem = z.object({ item: z.object({ type: z.enum(ITEM_TYPES), id: z.string() }), note: note.optional() })
export const itemChanges = z.object({ note: note.optional(), position: position.optional(), gallery: gallery.optional() })
export const batch = z.array(z.object({ action: z.literal('update'), _id: z.string(), data: itemChanges })).max(1000)
