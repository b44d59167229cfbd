import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
