import assert from 'node:assert'
import http from 'node:http'
import https from 'node:https'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

const standIn = createRequire(import.meta.url)

test('stands in for node:http and node:https with their own agents, requests and sizes', () => {
  const { Agent, request, maxHeaderSize } = standIn('./node-http.cjs')
  const secure = standIn('./node-https.cjs')

  expect({ Agent, request, maxHeaderSize }).toEqual({
    Agent: http.Agent,
    request: http.request,
    maxHeaderSize: http.maxHeaderSize,
  })
  expect({ Agent: secure.Agent, request: secure.request }).toEqual({
    Agent: https.Agent,
    request: https.request,
  })
})

test('asserts what node:assert asserts, with the error that it is given', () => {
  const given: typeof assert = standIn('./node-assert.cjs')

  for (const value of [0, '', null, undefined, false, 1, 'a', {}]) {
    const fails = (by: typeof assert) => {
      try {
        by(value)
        return false
      } catch {
        return true
      }
    }
    expect(fails(given)).toBe(fails(assert))
  }
  expect(() => given(false, new TypeError('why'))).toThrow(TypeError)
  expect(() => given(false, 'why')).toThrow('why')
})
