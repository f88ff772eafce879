import { z } from 'zod'
import { viewsRoute } from '../../server/api/sql.ts'
import { textUpTo } from '../../server/api/values.ts'
import { defineTool, invalidInput, whole } from './tool.ts'

const view = viewsRoute.answer.shape.views.element

export const listViews = defineTool({
  name: 'list_views',
  title: 'List views for SQL',
  description: 'The views that `run_sql` may read. With `name`, the columns of one view.',
  input: z.strictObject({ name: textUpTo(100).optional().meta({ description: 'Name of a view.' }) }),
  isHubdexText: true,
  data: z.object({ views: z.array(view.partial({ columns: true })) }),
  open: ({ name }, call) =>
    whole(async () => {
      const { views } = await call(viewsRoute)
      if (name === undefined) return { views: views.map(({ name, description }) => ({ name, description })) }
      const found = views.filter((view) => view.name === name.toLowerCase())
      if (found.length > 0) return { views: found }
      throw invalidInput(`There is no view of that name. Expected one of ${views.map((view) => view.name).join(', ')}.`)
    }),
})
