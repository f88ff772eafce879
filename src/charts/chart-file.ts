import type { Chart } from './chart.ts'
import { chartFigure } from './html/figure.ts'
import { htmlPage } from './html/page.ts'
import { element } from './markup.ts'
import { LIGHT } from './palette.ts'
import { drawSvg } from './svg/draw-svg.ts'
import { loadPngWriter } from './svg/to-png.ts'

export const CHART_FILE_FORMATS = ['svg', 'png', 'html'] as const

export type ChartFileFormat = (typeof CHART_FILE_FORMATS)[number]

/** Pixels of a picture, and of one in a page. */
const [WIDTH, PAGE_WIDTH] = [800, 1_000]

/** Draws a chart as the contents of a file. */
export type DrawChartFile = (chart: Chart, title: string) => string | Uint8Array

/**
 * Loads what draws charts in a format. SVG and PNG have a light background; HTML follows the theme of the reader.
 *
 * @throws PngUnavailable
 */
export async function loadChartFile(format: ChartFileFormat): Promise<DrawChartFile> {
  const svg = (chart: Chart, title: string) => `${drawSvg(chart, { title, width: WIDTH, palette: LIGHT }).markup}\n`
  switch (format) {
    case 'svg':
      return svg
    case 'png': {
      const toPng = await loadPngWriter()
      return (chart, title) => toPng(svg(chart, title))
    }
    case 'html':
      return (chart, title) =>
        htmlPage({ title, generator: 'hubdex chart' }, element('h1', {}, title), chartFigure(chart, title, PAGE_WIDTH))
  }
}
