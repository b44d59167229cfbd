import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { oryUrls, type UrlsSeen } from './ory-urls.ts'

const seen: UrlsSeen = {
  adminUrl: 'https://admin.example',
  publicUrl: 'https://auth.example',
  admin: 'admin',
  public: 'public',
  why: '',
  isSwapped: false,
}
const judge = (change: Partial<UrlsSeen>) => judged(oryUrls.judge({ ...seen, ...change }))

test('is well where each side answers, or asks for a key', () => {
  expect(judge({})).toBe('well: each URL leads to its own side of Ory')
  expect(judge({ admin: 'key-wanted' })).toMatch(/^well/)
  // Of Ory Network both are one origin, where each answers for both.
  expect(judge({ isSwapped: true })).toMatch(/^well/)
})

test('tells which URL leads elsewhere', () => {
  expect(judge({ admin: 'other', public: 'other', isSwapped: true })).toMatch(
    /^wrong: .*exchange them$/,
  )
  expect(judge({ admin: 'redirect' })).toMatch(/^wrong: ORY_ADMIN_URL redirects elsewhere/)
  expect(judge({ public: 'other' })).toMatch(
    /^wrong: ORY_PUBLIC_URL does not lead to Ory's public side/,
  )
  expect(judge({ public: 'other', publicUrl: 'https://auth.example/oauth2/' })).toMatch(
    /take \/oauth2\/ from its end$/,
  )
  expect(judge({ admin: 'unreached', adminUrl: 'ory:4445' })).toMatch(
    /^wrong: ORY_ADMIN_URL is not a URL/,
  )
  expect(judge({ public: 'unreached', publicUrl: undefined })).toMatch(/ORY_PUBLIC_URL is not set/)
})

test('does not blame the URL of an Ory that is down', () => {
  const outcome = judge({ admin: 'failing', public: 'failing' })
  expect(outcome).toMatch(/^wrong: what answers at ORY_ADMIN_URL fails.*see how Ory is/)
  expect(outcome).not.toContain('set ORY_')
})

test('cannot tell what nothing answers at', () => {
  expect(judge({ admin: 'unreached', why: 'nothing answers' })).toBe('cannot tell: nothing answers')
})
