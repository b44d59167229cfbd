import { expect, test } from 'vitest'
import { doorway, type Headers, secret } from './testing/doorway.ts'
import { signGitHub, signStandard } from './testing/sign.ts'

const time = '2026-01-02T03:04:00Z'

const sources: readonly (readonly [string, object, (body: string) => Headers])[] = [
  ['standard', { timestamp: time }, (body) => signStandard(body)],
  ['github', { time }, (body) => signGitHub(body)],
  ['ory-actions', { time }, () => ({ 'x-lapse-secret': secret })],
  [
    'cloudevents',
    { specversion: '1.0', id: 'e-1', source: 'accounts', time },
    (body) => signStandard(body),
  ],
]

const events = ['user.deleted', 'user.suspended', 'user.signed-out'] as const

test.each(sources.flatMap((source) => events.map((type) => [...source, type] as const)))(
  '%s names every event about a user',
  async (name, members, sign, type) => {
    const { post, queued } = doorway()
    const body = JSON.stringify({ ...members, type, data: { subject: 'alice' } })
    const answer = await post(name, body, sign(body))

    expect(answer.status).toBe(202)
    expect(queued).toMatchObject([
      { stem: type.replace('.', '-'), event: { type, time, data: { subject: 'alice' } } },
    ])
  },
)
