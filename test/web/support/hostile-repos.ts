import type { KindPlural } from '../../../src/hub/kinds.ts'

const SCRIPT = '<script>window.pwned = 1</script>'
const HANDLER = '"><img src=x onerror="window.pwned = 1">'
const README = `---
license: mit
---
# Title ${SCRIPT}

<script>window.pwned = 1</script>
<img src="x" onerror="window.pwned = 1">
<img src="https://tracker.example/pixel.png" alt="a pixel">
![remote](https://tracker.example/image.png)
<a href="javascript:window.pwned=1">click me</a> [and me](javascript:window.pwned=1) [data](data:text/html,<script>1</script>)
<svg onload="window.pwned=1"><script>window.pwned=1</script></svg>
<iframe src="https://tracker.example/"></iframe><object data="x"></object><embed src="x">
<form action="https://tracker.example/"><input name="q"><button>Send</button></form>
<base href="https://tracker.example/"><meta http-equiv="refresh" content="0;url=https://tracker.example/">
<style>body { display: none }</style><link rel="stylesheet" href="https://tracker.example/x.css">
<div style="position:fixed;inset:0;background:url(https://tracker.example/x)" onclick="window.pwned=1" id="page" class="view">styled</div>
<details ontoggle="window.pwned=1" open><summary>more</summary>hidden</details>
<math><mtext><table><mglyph><style><img src=x onerror="window.pwned=1"></style></mglyph></table></mtext></math>

Text with \u202Eoverridden\u202C direction.
`

/** Repos whose text tries to be more than text. */
export const HOSTILE: Partial<Record<KindPlural, object[]>> = {
  models: [
    {
      _id: '65000000000000000000ffff',
      id: 'mallory/hostile-model',
      author: 'mallory',
      private: false,
      createdAt: '2025-01-02T03:04:05.000Z',
      lastModified: '2025-01-02T03:04:05.000Z',
      downloads: 3_000_000_000,
      likes: 1_000_000,
      pipeline_tag: SCRIPT,
      library_name: HANDLER,
      description: `hostilewords ${SCRIPT}${HANDLER} \u202Egnp.exe\u202C ${'long'.repeat(2_000)}`,
      tags: [SCRIPT, HANDLER, '\u202Ereversed', 'x'.repeat(5_000), 'javascript:window.pwned=1', 'license:<b>bold</b>'],
      cardData: { license: '<b>bold</b>', language: [SCRIPT], title: HANDLER },
      sampleReadme: { text: README },
      siblings: [{ rfilename: 'README.md' }, { rfilename: `${SCRIPT}/\u202Egnp.exe` }, { rfilename: `${'f'.repeat(300)}.bin` }],
    },
  ],
  datasets: [
    {
      _id: '65000000000000000000fffe',
      id: 'mallory/hostile-dataset',
      private: false,
      createdAt: '2025-01-02T03:04:05.000Z',
      lastModified: '2025-01-02T03:04:05.000Z',
      downloads: 3_000_000_000,
      likes: 1_000_000,
      description: `hostilewords ${HANDLER}`,
      tags: [`language:${SCRIPT}`, `modality:${HANDLER}`],
      cardData: { license: 'other', license_name: HANDLER, language: [SCRIPT] },
      sampleParquet: { configs: { '<b>config</b>': { train: 1 } } },
    },
  ],
  spaces: [
    {
      _id: '65000000000000000000fffd',
      id: 'mallory/hostile-space',
      private: false,
      createdAt: '2025-01-02T03:04:05.000Z',
      lastModified: '2025-01-02T03:04:05.000Z',
      likes: 8_000_000,
      sdk: HANDLER,
      title: SCRIPT,
      models: ['../../../etc/passwd', 'javascript:window.pwned=1', `${HANDLER}/x`],
      tags: [SCRIPT],
    },
  ],
}
