import { repoParams } from '../../server/api/repos.ts'

/** The repo that a tool is about. */
export const repoInput = {
  kind: repoParams.shape.kind.default('model'),
  id: repoParams.shape.id.meta({ description: 'Current or former name in any letter case, or hub id.' }),
}
