import { expect, test } from 'vitest'
import { nextPageToken } from './link.ts'

test.each([
  [
    '</admin/clients?page_size=2>; rel="first",</admin/clients?page_size=2&page_token=abc>; rel="next"',
    'abc',
  ],
  ['</admin/clients?page_token=a%2Bb%3D%3D>; rel="next"', 'a+b=='],
  ['</x?page_token=abc>;rel=next', 'abc'],
  ['</x?page_token=abc>; title="a, b; c"; rel="last next"', 'abc'],
  ['</x?page_token=abc>; REL="NEXT"', 'abc'],
  ['<https://elsewhere.test/x?owner=o&page_token=abc#top>; rel="next"', 'abc'],
  [['</x>; rel="first"', '</x?page_token=abc>; rel="next"'], 'abc'],
])('takes the token of the next page out of %j', (header, token) => {
  expect(nextPageToken(header)).toBe(token)
})

test.each([
  [undefined],
  [''],
  ['</x?page_token=abc>; rel="first"'],
  ['</x?page_token=abc>; rel="nextish"'],
  ['</x?page_token=>; rel="next"'],
  ['</x?page_size=2>; rel="next"'],
  ['</x/page_token=abc>; rel="next"'],
  ['rel="next"'],
])('finds no next page in %j', (header) => {
  expect(nextPageToken(header)).toBeUndefined()
})
