import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { outsideOry } from './outside-ory.ts'

const adminUrl = 'http://127.0.0.1:4445'
const publicUrl = 'http://localhost:4444'

test('is the one on this machine that the environment names, with its key', () => {
  const both = { ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl }

  expect(outsideOry({})).toBeUndefined()
  expect(outsideOry({ ORY_ADMIN_URL: '', ORY_PUBLIC_URL: '' })).toBeUndefined()
  expect(outsideOry(both)).toEqual({ adminUrl, publicUrl })
  expect(outsideOry({ ...both, ORY_API_KEY: 'k' })).toEqual({ adminUrl, publicUrl, apiKey: 'k' })
})

test.each([
  [{ ORY_ADMIN_URL: adminUrl }, /^ORY_PUBLIC_URL is not set/],
  [{ ORY_PUBLIC_URL: publicUrl }, /^ORY_ADMIN_URL is not set/],
  [
    { ORY_ADMIN_URL: 'https://x.projects.oryapis.com', ORY_PUBLIC_URL: publicUrl },
    /^ORY_ADMIN_URL is not the URL of a server on this machine/,
  ],
  [{ ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: 'ory' }, /^ORY_PUBLIC_URL is not the URL/],
])('refuses %o', (environment, problem) => {
  expect(() => outsideOry(environment)).toThrow(UsageError)
  expect(() => outsideOry(environment)).toThrow(problem)
})
