/** What the home page says about this server. */
export interface About {
  version: string
  /** The Hub that is crawled. */
  endpoint: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The page at `/`: what this server is, with links. */
export function homePage({ version, endpoint }: About): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>hubdex</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>hubdex</h1>
<p>A catalog of ${escaped(endpoint)}, kept fresh by hubdex ${escaped(version)}.</p>
<ul>
<li><a href="/api/status">Status</a>: how fresh and complete the catalog is, as JSON</li>
<li><a href="/health">Health</a>: whether this server works, as JSON</li>
<li><a href="/metrics">Metrics</a>: for Prometheus</li>
<li><a href="/queues/">Queues</a>: for the operator</li>
</ul>
<p>Search it with <code>hubdex search</code>, query it with <code>hubdex sql</code>.</p>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
