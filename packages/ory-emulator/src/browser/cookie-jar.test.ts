import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newCookieJar } from './cookie-jar.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const url = 'http://127.0.0.1:4444/oauth2/auth'

test('sends back what it was given, the attributes left out', () => {
  const jar = newCookieJar()
  jar.store(url, ['a=1=2; Path=/; HttpOnly', 'b=; SameSite=Lax'])

  expect(jar.header(url)).toBe('a=1=2; b=')
})

test('replaces a cookie of the same name', () => {
  const jar = newCookieJar()
  jar.store(url, ['a=1'])
  jar.store(url, ['a=2'])

  expect(jar.header(url)).toBe('a=2')
})

test('forgets a cookie in its time, and at once where it has none left', () => {
  const jar = newCookieJar()
  jar.store(url, [
    'brief=1; Max-Age=10',
    'gone=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0',
  ])

  expect(jar.header(url)).toBe('brief=1')
  vi.advanceTimersByTime(10_000)
  expect(jar.header(url)).toBe('')
})

test('tells no server another’s cookies', () => {
  const jar = newCookieJar()
  jar.store(url, ['a=1'])

  expect(jar.header('http://127.0.0.1:4445/')).toBe('')
})
