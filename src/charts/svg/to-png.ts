import { createRequire } from 'node:module'
import { errorCode } from '../../util/error-code.ts'

/** The pixels of a PNG per pixel of the picture, for screens with a high resolution and for slides. */
const SCALE = 2

/** PNG needs packages that are not installed. */
class PngUnavailable extends Error {
  override readonly name = 'PngUnavailable'
}

/**
 * Loads what turns SVG into PNG. The font is a package too, because a server or a container has none.
 *
 * @throws PngUnavailable
 */
export async function loadPngWriter(): Promise<(svg: string) => Uint8Array> {
  try {
    const { Resvg } = await import('@resvg/resvg-js')
    const fontFiles = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((path) =>
      createRequire(import.meta.url).resolve(`@expo-google-fonts/inter/${path}`),
    )
    const options = { fitTo: { mode: 'zoom', value: SCALE }, font: { fontFiles, defaultFontFamily: 'Inter' } } as const
    return (svg) => new Resvg(svg, options).render().asPng()
  } catch (error) {
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(errorCode(error) ?? '')) throw error
    throw new PngUnavailable(
      'PNG is not available here; expected the packages @resvg/resvg-js and @expo-google-fonts/inter. Install them beside ' +
        'hubdex (npm install -g @resvg/resvg-js @expo-google-fonts/inter), or write a file that ends with .svg or .html.',
      { cause: error },
    )
  }
}
