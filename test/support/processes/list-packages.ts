import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

/** Preloaded by `--import`: writes the packages that the process has loaded by its end to `PACKAGES_FILE`, as JSON. */
const packages = new Set<string>()
registerHooks({
  load: (url, context, nextLoad) => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
    if (name !== undefined) packages.add(name)
    return nextLoad(url, context)
  },
})
process.on('exit', () => writeFileSync(process.env['PACKAGES_FILE'] ?? '', JSON.stringify([...packages].sort())))
