import { expect, test } from 'vitest'
import { nextLink } from '../../src/hub/next-link.ts'

test('The next link is given verbatim', () => {
  const url = 'https://huggingface.co/api/models?limit=5&cursor=eyIkb3Ii%3D%3D'
  expect(nextLink(`<${url}>; rel="next"`)).toBe(url)
})

test('Other relations are passed over', () => {
  expect(nextLink('<https://a/prev>; rel="prev", <https://a/1?x=1,2;3>; title="x"; rel=next')).toBe(
    'https://a/1?x=1,2;3',
  )
})

test.each([undefined, '', 'https://a/1', '<https://a/1>', '<https://a/1>; rel="nextish"', '<https://a/1>; rel="last"'])(
  'There is no next link in %j',
  (header) => {
    expect(nextLink(header)).toBeUndefined()
  },
)
