import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOryEmulator } from '@lapse/ory-emulator'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { explainSubjects } from './subjects-explain.ts'

let folder: string
const printed: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subjects-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  printed.length = 0
  await rm(folder, { recursive: true })
})

async function eventFile(data: object): Promise<string> {
  const event = {
    specversion: '1.0',
    id: 'e-1',
    source: 'https://hr.example',
    type: 'user.deleted',
    time: '2026-01-02T03:04:05Z',
    data,
  }
  const file = join(folder, 'event.json')
  await writeFile(file, JSON.stringify(event))
  return file
}

test('says whose event it is, and which setting says so', async () => {
  vi.stubEnv('SUBJECT_TEMPLATES', '{"https://hr.example":"hr|{employee.id}"}')
  await explainSubjects(await eventFile({ employee: { id: 42 } }), {})
  const text = printed.join('')

  expect(text).toContain('user.deleted of https://hr.example is about hr|42')
  expect(text).toMatch(/SUBJECT_TEMPLATES +hr\|\{employee\.id\}/)
  expect(text).toMatch(/data\.employee\.id +42/)
})

test('says the same as one JSON document', async () => {
  await explainSubjects(await eventFile({ subject: 'alice' }), { json: true })

  expect(JSON.parse(printed.join(''))).toEqual({
    event: 'user.deleted',
    type: 'user.deleted',
    source: 'https://hr.example',
    setting: 'USER_DELETED_SUBJECT_FIELD',
    mapping: 'subject',
    members: [{ path: 'subject', value: 'alice' }],
    subject: 'alice',
  })
})

test('fails in one line where no subject is found', async () => {
  vi.stubEnv('SUBJECT_TEMPLATES', '{"https://hr.example":"hr|{employee.id}"}')

  await expect(explainSubjects(await eventFile({ subject: 'alice' }), {})).rejects.toThrow(
    /^the event cannot be read: subjects-unknown: data\.employee\.id is not there/,
  )
})

const several = [
  '{employee.id}',
  { external_id: '{employee.id}' },
  { credentials_identifier: '{employee.mail}' },
]

function mapped(mapping: unknown): void {
  vi.stubEnv('SUBJECT_TEMPLATES', JSON.stringify({ 'https://hr.example': mapping }))
}

/** An identity provider that knows Zoe. */
async function identityProvider(): Promise<void> {
  const emulator = await startOryEmulator({
    accounts: true,
    seed: {
      identities: [{ id: 'i-1', external_id: 'hr-42', identifiers: ['zoe@acme.example'] }],
    },
  })
  onTestFinished(() => emulator.stop())
  vi.stubEnv('ORY_ADMIN_URL', 'http://127.0.0.1:1')
  vi.stubEnv('ORY_IDENTITIES_URL', emulator.adminUrl)
}

const zoe = { employee: { id: 'hr-42', mail: 'Zoe@acme.example' } }

test('asks the identity provider whose event it is, and changes nothing', async () => {
  mapped(several)
  await identityProvider()
  await explainSubjects(await eventFile(zoe), {})
  const text = printed.join('')

  expect(text).toContain('user.deleted of https://hr.example is about hr-42, i-1')
  expect(text).toMatch(/external_id +hr-42 +i-1/)
  expect(text).toMatch(/credentials_identifier +Zoe@acme.example +i-1/)
})

test('says the same of lookups as one JSON document', async () => {
  mapped(several)
  await identityProvider()
  await explainSubjects(await eventFile(zoe), { json: true })

  expect(JSON.parse(printed.join(''))).toEqual({
    event: 'user.deleted',
    type: 'user.deleted',
    source: 'https://hr.example',
    setting: 'SUBJECT_TEMPLATES',
    mapping: several,
    members: [
      { path: 'employee.id', value: 'hr-42' },
      { path: 'employee.mail', value: 'Zoe@acme.example' },
    ],
    subjects: ['hr-42', 'i-1'],
    lookups: [
      { by: 'external_id', value: 'hr-42', identities: ['i-1'] },
      { by: 'credentials_identifier', value: 'Zoe@acme.example', identities: ['i-1'] },
    ],
  })
})

test('says what it would ask where nobody said who is to be asked', async () => {
  mapped(several)
  await explainSubjects(await eventFile(zoe), {})
  const text = printed.join('')

  expect(text).toContain('is about hr-42, whoever the identity provider names')
  expect(text).toMatch(/external_id +hr-42 +not asked/)
  expect(text).toContain('ORY_IDENTITIES_URL is not set')
})

test('fails where the identity provider knows nobody', async () => {
  mapped({ external_id: '{employee.mail}' })
  await identityProvider()

  await expect(explainSubjects(await eventFile(zoe), {})).rejects.toThrow(
    /^subjects-unknown: the identity provider knows nobody/,
  )
  expect(printed.join('')).toMatch(/external_id +Zoe@acme.example +nobody/)
})

test('fails in one line where the identity provider does not answer', async () => {
  mapped({ external_id: '{employee.mail}' })
  vi.stubEnv('ORY_ADMIN_URL', 'http://127.0.0.1:1')
  vi.stubEnv('ORY_IDENTITIES_URL', 'http://127.0.0.1:1')

  await expect(explainSubjects(await eventFile(zoe), {})).rejects.toThrow(
    /^nothing answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\); .* ORY_IDENTITIES_URL$/,
  )
})
