import { afterEach, expect, test } from 'vitest'
import { type Served, serveLazily } from './serve.ts'

const running: Served[] = []

afterEach(async () => {
  for (const served of running.splice(0)) await served.stop()
})

async function serving(ports: readonly number[] = [0]) {
  const loads: number[] = []
  const served = await serveLazily(async () => {
    loads.push(loads.length)
    return (_request, response) => response.end('page')
  }, ports)
  running.push(served)
  return { ...served, loads }
}

test('loads nothing before somebody looks, and then once', async () => {
  const { url, loads } = await serving()

  expect(loads).toEqual([])
  await Promise.all([fetch(url), fetch(url)])
  expect(loads).toEqual([0])
})

test('answers to its own name alone, and to no page of another origin', async () => {
  const { url } = await serving()
  const status = async (headers: Readonly<Record<string, string>>) =>
    (await fetch(url, { headers })).status

  expect(await status({})).toBe(200)
  expect(await status({ origin: 'http://evil.example' })).toBe(403)
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await statusAt(url, 'evil.example')).toBe(421)
})

test('takes the next port where one is taken', async () => {
  const first = await serving()
  const port = Number(new URL(first.url).port)
  const second = await serving([port, 0])

  expect(second.url).not.toBe(first.url)
  expect(await (await fetch(second.url)).text()).toBe('page')
})

test('says in a line that the port which was asked for is taken', async () => {
  const { url } = await serving()
  const { port } = new URL(url)

  await expect(serving([Number(port)])).rejects.toThrow(`port ${port} cannot be had`)
})

/** fetch sets the Host itself. */
async function statusAt(url: string, host: string): Promise<number | undefined> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
