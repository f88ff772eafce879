import { expect, test } from 'vitest'
import { nextLink } from '../../../src/hub/listing/next-link.ts'

test('The next link is returned verbatim', () => {
  const url = 'https://huggingface.co/api/models?limit=5&cursor=eyIkb3Ii%3D%3D'
  expect(nextLink(`<${url}>; rel="next"`)).toBe(url)
})

test('Other relations are ignored', () => {
  expect(nextLink('<https://a/prev>; rel="prev", <https://a/1?x=1,2;3>; title="x"; rel=next')).toBe('https://a/1?x=1,2;3')
})

test.each([
  ['</api/models?cursor=2>; rel="next"', '/api/models?cursor=2'],
  ['<?cursor=2>;rel=next', '?cursor=2'],
  ['< https://a/1?x=1,2 > ; title="a, <b>; rel=prev" ; REL="Prev NEXT"', 'https://a/1?x=1,2'],
  ['<https://a/0>; rel="first", <https://a/1>;rel="next";type="x"', 'https://a/1'],
  ['<https://a/0>; title="rel=next", <https://a/1>; rel=next', 'https://a/1'],
  ['garbage, <https://a/0, <https://a/1>; rel="next"', 'https://a/1'],
  ['<https://a/1>; title="\\"; rel=\\"x"; rel=next', 'https://a/1'],
])('The next link of %s is %s', (header, target) => {
  expect(nextLink(header)).toBe(target)
})

test.each([undefined, '', 'https://a/1', '<https://a/1>', '<https://a/1>; rel="nextish"', '<https://a/1>; rel="last"'])(
  'There is no next link in %j',
  (header) => {
    expect(nextLink(header)).toBeUndefined()
  },
)
