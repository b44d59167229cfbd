import { expect, test } from 'vitest'
import { judged } from '../../testing/judged-outcome.ts'
import { adminExposed, type ExposureSeen, isPrivate } from './admin-exposed.ts'

const seen: ExposureSeen = {
  adminLetsIn: true,
  publicLetsIn: false,
  isPublicSide: true,
  isPublicAddress: false,
}
const judge = (change: Partial<ExposureSeen>) => judged(adminExposed.judge({ ...seen, ...change }))

test('is well where nobody gets in from outside', () => {
  expect(judge({})).toMatch(/^well: the admin side has no public address/)
  expect(judge({ adminLetsIn: false, isPublicAddress: true })).toBe(
    'well: nobody is let in without a key',
  )
  expect(judge({ adminLetsIn: undefined })).toBe('well: the admin side cannot be reached from here')
})

test('finds an admin side that anybody reaches', () => {
  expect(judge({ isPublicAddress: true })).toMatch(/^wrong: ORY_ADMIN_URL has a public address/)
  expect(judge({ publicLetsIn: true })).toMatch(/^wrong: the admin side answers at ORY_PUBLIC_URL/)
})

test('cannot tell where the public URL is not the public side, or nothing answers', () => {
  expect(judge({ publicLetsIn: true, isPublicSide: false })).toMatch(/^cannot tell: ORY_PUBLIC_URL/)
  expect(judge({ adminLetsIn: undefined, publicLetsIn: undefined })).toMatch(
    /^cannot tell: neither/,
  )
})

test.each([
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['192.168.1.1', true],
  ['100.64.0.1', true],
  ['::1', true],
  ['fd00::1', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['2606:4700::1111', false],
])('knows whether %s is private', (address, expected) => {
  expect(isPrivate(address)).toBe(expected)
})
