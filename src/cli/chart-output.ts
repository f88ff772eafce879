import { extname } from 'node:path'
import type { QueryResult } from '../analytics/query-result.ts'
import { type Chart, type ChartType, UnfitForChart } from '../charts/chart.ts'
import { CHART_FILE_FORMATS, type DrawChartFile, loadChartFile } from '../charts/chart-file.ts'
import type { ChartRequest } from '../charts/choose-columns.ts'
import { readChart } from '../charts/read-chart.ts'
import { drawInTerminal } from '../charts/terminal/draw-in-terminal.ts'
import { escapeForTerminal } from '../output/escape.ts'
import { counted } from '../output/format.ts'
import { readValueList } from '../search/value-list.ts'
import { FileNotWritable, requireWritable, writeWhole } from '../util/write-whole.ts'
import { type CommandContext, UsageError } from './command.ts'

/** Flags of commands that draw a chart. */
export interface ChartFlags {
  chart?: ChartType
  chartFile?: string
  x?: string
  y?: string
  series?: string
  title?: string
}

/** Draws a result. */
export type ChartOutput = (result: QueryResult, title: string | undefined) => Promise<void>

/** Rows that are read for a chart unless a limit is set: nobody scrolls past them. */
export const CHART_ROWS = 100_000

const PIPE_WIDTH = 80

/**
 * Checks the flags of a chart before its query runs. Undefined if no chart is asked for.
 *
 * @throws UsageError
 */
export async function chartOutput(
  context: CommandContext,
  flags: ChartFlags & { format?: string },
): Promise<ChartOutput | undefined> {
  if (flags.chart === undefined && flags.chartFile === undefined) {
    const alone = (['x', 'y', 'series', 'title'] as const).filter((flag) => flags[flag] !== undefined)
    if (alone.length === 0) return undefined
    throw new UsageError(`--${alone.join(', --')} is for charts; add --chart or --chart-file.`)
  }
  if (flags.format !== undefined)
    throw new UsageError('A chart has no rows to format; leave out --format, or --chart and --chart-file.')
  const request = {
    type: flags.chart,
    x: flags.x,
    y: flags.y === undefined ? undefined : readValueList(flags.y),
    series: flags.series,
  }
  if (flags.chartFile !== undefined) return await fileOutput(context, request, flags.chartFile, flags.title)
  if (context.json) {
    throw new UsageError(
      'A chart in the terminal is not JSON; leave out --json or --chart, or write the chart with --chart-file.',
    )
  }
  return async (result, title) => {
    const chart = chartOf(result, request)
    const head = flags.title ?? title
    const picture = drawInTerminal(chart, { width: context.width ?? PIPE_WIDTH, hasColor: context.hasColor })
    context.print(head === undefined ? picture : `${escapeForTerminal(head)}\n\n${picture}`)
    for (const note of chart.notes) context.log(note)
  }
}

async function fileOutput(
  context: CommandContext,
  request: ChartRequest,
  path: string,
  givenTitle: string | undefined,
): Promise<ChartOutput> {
  const draw = await drawerFor(path)
  return async (result, queryTitle) => {
    const chart = chartOf(result, request)
    const title = givenTitle ?? queryTitle ?? titleOf(chart)
    const contents = draw(chart, title)
    await usage(() => writeWhole(path, contents))
    const bytes = Buffer.byteLength(contents)
    const { type, x, notes } = chart
    context.answer(
      { file: path, bytes, type, x, y: chart.y ?? null, title, notes },
      () => `${path}: ${escapeForTerminal(titleOf(chart))}, ${sizeOf(chart)}`,
    )
    if (!context.json) for (const note of notes) context.log(note)
  }
}

async function drawerFor(path: string): Promise<DrawChartFile> {
  const format = CHART_FILE_FORMATS.find((known) => extname(path).toLowerCase() === `.${known}`)
  if (format === undefined) {
    throw new UsageError(`Found the file ${JSON.stringify(path)}; expected a name that ends with .svg, .png or .html.`)
  }
  await usage(() => requireWritable(path))
  return await loadChartFile(format)
}

function chartOf(result: QueryResult, request: ChartRequest): Chart {
  try {
    const chart = readChart(result, request)
    if (result.truncatedBy === undefined) return chart
    return { ...chart, notes: [...chart.notes, `The result was cut off after ${counted(result.rows.length, 'row')}.`] }
  } catch (error) {
    if (error instanceof UnfitForChart) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function usage<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof FileNotWritable) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function titleOf(chart: Chart): string {
  const y = chart.y ?? (chart.type === 'bar' ? '' : chart.series.map(({ name }) => name).join(', '))
  return `${y} by ${chart.x}`
}

function sizeOf(chart: Chart): string {
  if (chart.type === 'bar') return counted(chart.bars.length, 'bar')
  const points = chart.series.reduce((sum, { points }) => sum + points.length, 0)
  const series = chart.type === 'line' ? counted(chart.series.length, 'line') : counted(chart.series.length, 'series', 'series')
  return `${series}, ${counted(points, 'point')}`
}
