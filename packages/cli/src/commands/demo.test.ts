import type { Receipt } from '@lapse/core/run'
import { expect, test, vi } from 'vitest'
import type { DemoDocument } from '../demo/document.ts'
import { exampleOutcome } from '../testing/example-outcome.ts'
import { runLapse, startLapse } from '../testing/lapse-process.ts'
import { demo } from './demo.ts'

test.concurrent('plays the whole story, and prints it as one document', async () => {
  const { code, stdout, stderr } = await runLapse(['demo', '--json'])
  const document = JSON.parse(stdout) as DemoDocument
  const { receipts, deadLetters, tokens, controls, backchannelLogouts, checks } = document

  expect(code).toBe(0)
  expect(stderr).not.toContain('lapse:')
  expect(tokens.map(({ subject, client_id, kind }) => `${subject} ${client_id} ${kind}`)).toEqual([
    ...['mail', 'mail', 'calendar', 'calendar'].flatMap((app) => [
      `alice ${app} access_token`,
      `alice ${app} refresh_token`,
    ]),
    'bob calendar access_token',
    'bob calendar refresh_token',
    'dave mail access_token',
    'dave mail refresh_token',
    'notes notes access_token',
    'notes notes access_token',
  ])
  expect(tokens.every(({ activeBefore, activeAfter }) => activeBefore && !activeAfter)).toBe(true)
  expect(controls.map(({ activeBefore, activeAfter }) => [activeBefore, activeAfter])).toEqual([
    [true, true],
    [true, true],
  ])
  const ofEvents = receipts.filter(
    (receipt) => receipt.workflow !== 'rotate-client-secret',
  ) as readonly Receipt[]
  expect(ofEvents.map(({ event, pass }) => `${event.id} ${pass}`)).toEqual([
    ...['event-1', 'event-2', 'event-3', 'event-5'].flatMap((id) => [
      `${id} first`,
      `${id} follow-up`,
    ]),
    'user-suspend first',
    'user-suspend follow-up',
    'hr-leaver first',
    ...['first', 'follow-up', 'first', 'follow-up'].map((pass) =>
      expect.stringMatching(new RegExp(`^[0-9a-f]{64} ${pass}$`)),
    ),
    'app-suspend first',
    'app-restore first',
    'app-delete first',
    'app-reset first',
    expect.stringMatching(/^[0-9a-f]{64} first$/),
    'key-event first',
    'key-event follow-up',
  ])
  expect(ofEvents.map(({ before }) => before['consent_sessions'] ?? '')).toEqual([
    ...[3, 0, 1, 0, 0, 0, 1, 0, 1, 0],
    ...['', 1, 0, 1, 0],
    ...['', '', '', '', 1, '', ''],
  ])
  expect(receipts.slice(ofEvents.length)).toMatchObject([
    { workflow: 'rotate-client-secret', client_id: 'reports', strategy: 'native', phase: 'closed' },
    {
      workflow: 'rotate-client-secret',
      client_id: 'archive',
      strategy: 'key-pair',
      phase: 'closed',
    },
  ])
  expect(receipts.every(({ event }) => event.id !== '' && event.time !== '')).toBe(true)
  expect(document.backgroundClient.failures).toBe(0)
  expect(document.backgroundClient.requests).toBeGreaterThan(2)
  expect(deadLetters).toMatchObject([
    { reason: expect.stringMatching(/^malformed-event: data\.subject/), body: expect.any(String) },
  ])
  expect(backchannelLogouts).toMatchObject([{ client_id: 'mail', verified: true }])
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  expect(document.account).toEqual({
    subject: 'alice',
    before: { identitySessions: 1, apiKeys: 2 },
    after: { identitySessions: 0, apiKeys: 0 },
  })
  expect(document.suspension).toMatchObject({
    tokens: [{ subject: 'erin' }, { subject: 'erin' }],
    isLetInAgain: true,
    accountAfter: { identitySessions: 0, apiKeys: 2 },
  })
  expect(document.several).toMatchObject({
    event_id: 'hr-leaver',
    tokens: [
      { subject: 'heidi' },
      { subject: 'heidi' },
      { subject: 'heidi.admin' },
      { subject: 'heidi.admin' },
    ],
  })
  expect(document.reset).toMatchObject({
    tokens: [{ subject: 'gina' }, { subject: 'gina' }, { subject: 'photos' }],
    granted: { oldSecret: false, newSecret: true },
  })
  expect(document.signOut).toMatchObject({
    tokens: [{ subject: 'frank' }, { subject: 'frank' }],
    isLetInAgain: true,
    answers: { signed: 204, again: 204, otherBody: 401 },
  })
  expect(document.log).toMatchObject({ event_id: 'event-5', verdict: 'valid' })
  expect(document.webhook).toEqual({ event_id: 'event-5', signed: 202, forged: 401 })
  expect(stdout).not.toMatch(/ory_[ar]t_|eyJ|whsec_|client_secret"|private_jwk|"d":/)
  expect(JSON.stringify(receipts)).not.toMatch(
    /alice|bob|dave|erin|frank|gina|heidi|hr-7|"nobody"|partner-service/,
  )
})

test.concurrent('tells the story to people, and leaves nothing behind when it is interrupted', async () => {
  const running = startLapse(['demo'])
  const said = await running.said(/What cannot be read/)

  running.process.kill('SIGINT')
  const { code, signal, stderr } = await running.ended

  expect(said).toContain('14 of 14 access and refresh tokens are active')
  expect(said).toContain('3 consent sessions, 1 login session, 2 clients')
  expect({ code, signal }).toEqual({ code: 1, signal: null })
  expect(stderr).toMatch(/lapse: interrupted\n$/)
})

test('fails with what was not so, and prints the document all the same', async () => {
  const written: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  const played = demo({ json: true }, async () => ({ ...exampleOutcome, deadLetters: [] }))

  await expect(played).rejects.toThrow(
    'the demo did not go as it should; not so: only the malformed event is on the DLQ',
  )
  write.mockRestore()
  const { checks } = JSON.parse(written.join('')) as DemoDocument
  expect(checks.filter(({ ok }) => !ok)).toHaveLength(1)
})
