import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

/** Preloaded into a process by `--import`: writes the packages that it has loaded by its end to the file `PACKAGES_FILE`, as JSON. */
const packages = new Set<string>()
registerHooks({
  load: (url, context, nextLoad) => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
    if (name !== undefined) packages.add(name)
    return nextLoad(url, context)
  },
})
process.on('exit', () => writeFileSync(process.env['PACKAGES_FILE'] ?? '', JSON.stringify([...packages].sort())))
