import { escapeHtml } from '../http/html.ts'

/** What the home page says about this server. */
export interface About {
  version: string
  /** The Hub that is crawled. */
  endpoint: string
}

/** The page at `/`: what this server is, with links. */
export function homePage({ version, endpoint }: About, basePath: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>hubdex</title>
<link rel="stylesheet" href="${basePath}/plain.css">
<h1>hubdex</h1>
<p>A catalog of ${escapeHtml(endpoint)}, kept fresh by hubdex ${escapeHtml(version)}.</p>
<ul>
<li><a href="${basePath}/api">HTTP API</a>: search, repos, events, SQL</li>
<li><a href="${basePath}/api/status">Status</a>: how fresh and complete the catalog is, as JSON</li>
<li><a href="${basePath}/health">Health</a>: whether this server works, as JSON</li>
<li><a href="${basePath}/metrics">Metrics</a>: for Prometheus</li>
<li><a href="${basePath}/queues/">Queues</a>: for the operator</li>
</ul>
<p>Search it with <code>hubdex search</code>, query it with <code>hubdex sql</code>.</p>
</html>
`
}

/** The style of pages without scripts: this one and the reference of the API. */
export const PLAIN_STYLE = `:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { font: .9em ui-monospace, monospace }
h2 { margin-top: 2.5rem; font-size: 1.1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
dt { margin-top: .5rem }
`
