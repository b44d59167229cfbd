import type { Local } from '@lapse/local'
import { expect, test } from 'vitest'
import { layOut } from '../output/layout.ts'
import { endpointLines } from './endpoints.ts'

const stems = ['user-deleted', 'user-suspended', 'user-signed-out', 'app-offboarded', 'key-rotated']
const at = (name: string) => ({ name, url: `http://127.0.0.1:4566/000000000000/${name}` })
const local = {
  endpoints: {
    oryPublic: 'http://127.0.0.1:4444',
    oryAdmin: 'http://127.0.0.1:4445',
    sqs: 'http://127.0.0.1:4566',
    dynamoDb: 'http://127.0.0.1:4567',
    secretsManager: 'http://127.0.0.1:4568',
    webhooks: 'http://127.0.0.1:4569',
  },
  queues: stems
    .flatMap((stem) => [stem, `${stem}-incident`])
    .map((name) => ({ queue: at(name), dlq: at(`${name}-dlq`) })),
} as unknown as Local

test('what is told once everything runs is half a screen, and says how every queue is called', () => {
  const lines = layOut(endpointLines(local, 'http://127.0.0.1:4570', 'dev.json', ['lapse x']), 80)

  expect(lines.length).toBeLessThan(25)
  expect(lines.join('\n')).toMatch(
    /^ {2}queues +http:\/\/127\.0\.0\.1:4566\/000000000000\/<name>$/m,
  )
  const text = lines.map((line) => line.trim()).join(' ')
  for (const stem of stems) expect(text).toContain(stem)
  expect(text).not.toContain('user-deleted-incident')
})
