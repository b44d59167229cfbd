import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { runLapse } from '../testing/lapse-process.ts'

const oneLine = /^lapse: [^\n]+\n$/
const nowhere = 'http://127.0.0.1:1/000000000000/user-deleted'
const aws = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 's3cret',
  AWS_REGION: 'us-east-1',
}

const event = JSON.stringify({
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
})

const app = (data: object, time = '2026-01-02T03:04:05Z') =>
  JSON.stringify({
    ...JSON.parse(event),
    type: 'app.offboarded',
    time,
    data: { mode: 'delete', ...data },
  })

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'lapse-send-'))

test.concurrent('sends nothing that is not UTF-8, from a file or standard input', async () => {
  const cwd = await emptyDirectory()
  const latin1 = Buffer.from(event.replace('alice', 'ren\u00e9'), 'latin1')
  await writeFile(join(cwd, 'event.json'), latin1)
  const env = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const [fromFile, fromInput] = await Promise.all([
    runLapse(['send', 'event.json'], { cwd, env }),
    runLapse(['send', '-'], { cwd, env, stdin: latin1 }),
  ])
  const advice = 'save the event as UTF-8 and try again'

  expect(fromFile).toMatchObject({ code: 1, stdout: '' })
  expect(fromFile.stderr).toBe(`lapse: event.json is not UTF-8; ${advice}\n`)
  expect(fromInput).toMatchObject({ code: 1, stdout: '' })
  expect(fromInput.stderr).toBe(`lapse: standard input is not UTF-8; ${advice}\n`)
})

test.concurrent.each([
  ['its mark', Buffer.from(`\uFEFF${event}`, 'utf16le')],
  ['its mark, the other way round', Buffer.from(`\uFEFF${event}`, 'utf16le').swap16()],
  ['no mark', Buffer.from(event, 'utf16le')],
])('names UTF-16 with %s', async (_how, stdin) => {
  const env = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const { code, stderr } = await runLapse(['send', '-'], { stdin, env })

  expect(code).toBe(1)
  expect(stderr).toBe('lapse: standard input is UTF-16; save the event as UTF-8 and try again\n')
})

test.concurrent.each([
  ['no such file', 'missing.json', /cannot read missing\.json: there is no such file/],
  ['a directory', '.', /cannot read \.: it is a directory/],
])('refuses %s', async (_name, file, problem) => {
  const { code, stderr } = await runLapse(['send', file], { cwd: await emptyDirectory() })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})

test.concurrent.each([
  ['nothing', '', /it is empty$/m],
  ['text', 'alice is gone', /it is not JSON: line 1, column 1: a value has to stand here$/m],
  [
    'a comma too many',
    event.replace('"}}', '",\n}}'),
    /it is not JSON: line 2, column 1: the name of a member, in double quotation marks, has to/,
  ],
  ['half an event', event.slice(0, -2), /line 1, column \d+: it ends where a comma or } has to/],
  [
    'a byte order mark',
    `\uFEFF${event}`,
    /byte order mark \(BOM\); save it as UTF-8 without one$/m,
  ],
  ['two events', event + event, /it holds 2 events, the second from line 1, column \d+ on; /],
  [
    'lines',
    `${event}\n${event}\n${event}\n`,
    /it holds 3 events, the second from line 2, column 1 /,
  ],
  [
    'a list of events',
    `[${event},${event}]`,
    /batched-events: a message holds one event; send each/,
  ],
  [
    'a wrapped text',
    JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:x', Message: 'alice' }),
    /it carries a text that is not JSON$/m,
  ],
  [
    'an event of 1.1 MB',
    event.replace('"alice"', `"alice","more":"${'x'.repeat(1_100_000)}"`),
    /larger than a queue takes: it has 1,100,\d{3} bytes, and may have 262,144$/m,
  ],
  [
    'an unknown mode',
    app({ client_id: 'mail', mode: 'remove' }),
    /data\.mode has to be "delete", "suspend", "restore" or "reset"$/m,
  ],
  [
    'another shape',
    '{"user":"alice"}',
    /it is neither a CloudEvent, [^\n]+: lapse example prints what is$/m,
  ],
  ['no time', event.replace('"time"', '"when"'), /time is missing; it has to be [^\n]+RFC 3339/],
  [
    'another event',
    event.replace('user.deleted', 'user.made'),
    /takes user\.deleted, user\.suspended, user\.signed-out, app\.offboarded and key\.rotated/,
  ],
  ['a member twice', event.replace('"id"', '"id":"e-0","id"'), /: duplicate-member: /],
  ['a blank subject', event.replace('alice', ' '), /: malformed-event: data\.subject is blank$/m],
  ['a subject *', event.replace('alice', '*'), /: malformed-event: data\.subject is \*/],
  [
    'JSON that nests without end',
    event.replace('"alice"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    /: malformed-event: it is nested too deeply$/m,
  ],
])('sends nothing where standard input holds %s', async (_name, stdin, problem) => {
  const env = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const { code, stdout, stderr } = await runLapse(['send', '-'], { stdin, env })

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).toContain('nothing was sent')
  expect(stderr).not.toContain('alice')
})

test.concurrent('reads the subject from where the worker is told to', async () => {
  const env = { USER_DELETED_SUBJECT_FIELD: 'user_id', ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const { stderr } = await runLapse(['send', '-'], { stdin: event, env })

  expect(stderr).toMatch(/data\.user_id is missing; .*the setting USER_DELETED_SUBJECT_FIELD names/)
})

test.concurrent('reads it from an event of Ory’s own stream as well', async () => {
  const stdin = JSON.stringify({
    name: 'IdentityDeleted',
    timestamp: '2026-01-02T03:04:05Z',
    projectId: 'p-1',
    eventAttributes: { IdentityID: 'alice' },
  })
  const env = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const elsewhere = { ...env, IDENTITY_DELETED_SUBJECT_FIELD: 'ExternalID' }

  const read = await runLapse(['send', '-'], { stdin, env })
  const notRead = await runLapse(['send', '-'], { stdin, env: elsewhere })

  expect(read.stderr).toContain('nothing answers')
  expect(notRead.stderr).toContain('data.ExternalID is missing')
})

test.concurrent('sends what its worker acknowledges, and promises no receipt of it', async () => {
  const stdin = JSON.stringify({
    name: 'IdentityUpdated',
    timestamp: '2026-01-02T03:04:05Z',
    projectId: 'p-1',
    eventAttributes: { IdentityID: 'alice' },
  })
  await using queue = await startQueue()
  const { code, stdout } = await runLapse(['send'], { stdin, env: { ...aws, ...queue.env } })

  expect(code).toBe(0)
  expect(queue.received).toEqual([stdin])
  expect(stdout).toContain('acknowledges and counts it, without a receipt')
})

/** Something that takes messages as SQS does. */
async function startQueue() {
  const received: string[] = []
  const server = createServer(async (asked, answer) => {
    const { MessageBody } = JSON.parse(await text(asked)) as { MessageBody: string }
    received.push(MessageBody)
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex')
    answer.end(JSON.stringify({ MessageId: 'm-1', MD5OfMessageBody }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/1/user-deleted`
  const env = { USER_DELETED_QUEUE_URL: url }
  return { received, url, env, [Symbol.asyncDispose]: async () => void server.close() }
}

test.concurrent('sends the event byte for byte, and names the message', async () => {
  const file = join(await emptyDirectory(), 'event.json')
  const body = ` ${event}\r\n\n`
  await writeFile(file, body)
  await using queue = await startQueue()
  const env = { ...aws, ...queue.env }

  const fromFile = await runLapse(['send', file], { env })
  const fromInput = await runLapse(['send', '-'], { stdin: body, env })

  expect(queue.received).toEqual([body, body])
  expect(fromFile).toMatchObject({ code: 0, stderr: '' })
  expect(fromFile.stdout).toContain(`sent  m-1\nto    ${queue.url}\nnext  `)
  expect(fromInput).toEqual(fromFile)
})

const otherEvent = (type: string, data: object) =>
  JSON.stringify({ ...JSON.parse(event), type, data })
const offboarded = otherEvent('app.offboarded', { client_id: 'mail', mode: 'suspend' })
const point = {
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}
const rotated = (jwk: object) =>
  otherEvent('key.rotated', {
    issuer: 'https://partner.example',
    subject: 'service',
    scope: [],
    expires_at: '2126-01-02T03:04:05Z',
    jwk: { kty: 'EC', crv: 'P-256', kid: 'k-2', ...point, ...jwk },
  })

test.concurrent.each([
  ['user.deleted', event, 'http://127.0.0.1:1'],
  ['app.offboarded', offboarded, 'http://127.0.0.1:2'],
  ['key.rotated', rotated({}), 'http://127.0.0.1:3'],
])('sends %s to the queue of its type', async (_type, stdin, origin) => {
  const env = {
    ...aws,
    USER_DELETED_QUEUE_URL: 'http://127.0.0.1:1/0/q',
    APP_OFFBOARDED_QUEUE_URL: 'http://127.0.0.1:2/0/q',
    KEY_ROTATED_QUEUE_URL: 'http://127.0.0.1:3/0/q',
  }
  const { stderr } = await runLapse(['send', '-'], { stdin, env })

  expect(stderr).toContain(`nothing answers at ${origin} `)
})

const incidentQueues = {
  ...aws,
  USER_DELETED_QUEUE_URL: 'http://127.0.0.1:1/0/q',
  USER_DELETED_INCIDENT_QUEUE_URL: 'http://127.0.0.1:4/0/q',
  APP_OFFBOARDED_INCIDENT_QUEUE_URL: 'http://127.0.0.1:5/0/q',
}
const saying = (lane: string) => event.replace('{', `{"lane":"${lane}",`)

test.concurrent.each([
  ['an event, as an incident', event, ['--lane', 'incident'], 'http://127.0.0.1:4'],
  ['an app, as an incident', offboarded, ['--lane', 'incident'], 'http://127.0.0.1:5'],
  ['an event that says so itself', saying('incident'), [], 'http://127.0.0.1:4'],
  ['what takes its time', event, ['--lane', 'hygiene'], 'http://127.0.0.1:1'],
])('sends %s to the queue of its lane', async (_what, stdin, options, origin) => {
  const { stderr } = await runLapse(['send', '-', ...options], { stdin, env: incidentQueues })

  expect(stderr).toContain(`nothing answers at ${origin} `)
})

test.concurrent.each([
  [
    'a lane that there is not',
    event,
    'urgent',
    2,
    '--lane urgent is not a lane; give one of incident, deletion, hygiene',
  ],
  ['an event of another lane', saying('hygiene'), 'incident', 1, 'the event says its lane itself'],
  [
    'an event that is carried by another',
    JSON.stringify({ 'detail-type': 'user.deleted', detail: JSON.parse(event) }),
    'incident',
    1,
    '--lane is for a CloudEvent by itself',
  ],
  ['nothing', '', 'incident', 1, 'it is empty'],
])('sends nothing where --lane is asked for %s', async (_what, stdin, lane, code, problem) => {
  const sent = await runLapse(['send', '-', '--lane', lane], { stdin, env: incidentQueues })

  expect(sent).toMatchObject({ code, stdout: '' })
  expect(sent.stderr).toMatch(oneLine)
  expect(sent.stderr).toContain(problem)
})

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

test.concurrent.each([
  ['an id that no path reaches', app({ client_id: 'mail/' }), 'unaddressable-id: data.client_id'],
  ['an app in the future', app({ client_id: 'mail' }, inAnHour()), 'time-in-the-future: '],
  [
    'a key in the future',
    rotated({}).replace('2026-01-02T03:04:05Z', inAnHour()),
    'time-in-the-future: ',
  ],
  [
    'one of an owner’s clients',
    app({ client_id: 'mail', of_owner: 'acme' }),
    'internal-event: only lapse itself sets data.of_owner',
  ],
  ['the parts of an owner', app({ parts_of_owner: 'acme' }), 'internal-event: '],
])('sends nothing where the event is about %s', async (_name, stdin, reason) => {
  const env = { ...aws, APP_OFFBOARDED_QUEUE_URL: nowhere, KEY_ROTATED_QUEUE_URL: nowhere }
  const { code, stdout, stderr } = await runLapse(['send', '-'], { stdin, env })

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain(`nothing was sent: the event is refused: ${reason}`)
  expect(stderr).not.toMatch(/mail|acme/)
})

test.concurrent('sends a deleted user whose time has yet to come', async () => {
  const stdin = event.replace('2026-01-02T03:04:05Z', inAnHour())
  const env = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const { stderr } = await runLapse(['send', '-'], { stdin, env })

  expect(stderr).toContain('nothing answers')
})

test.concurrent('sends no private key', async () => {
  const env = { ...aws, KEY_ROTATED_QUEUE_URL: nowhere }
  const { code, stderr } = await runLapse(['send', '-'], { stdin: rotated({ d: 's3cret' }), env })

  expect(code).toBe(1)
  expect(stderr).toMatch(/nothing was sent: [^\n]+: private-key: it holds one; replace that key/)
  expect(stderr).not.toContain('s3cret')
})

test.concurrent('says where a queue would be found where none is known', async () => {
  const { code, stderr } = await runLapse(['send', '-'], {
    stdin: event,
    cwd: await emptyDirectory(),
  })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('start lapse dev here, or set USER_DELETED_QUEUE_URL')
})

test.concurrent.each(['sqs.us-east-1.amazonaws.com/1/user-deleted', 'user-deleted', 'file:///etc'])(
  'refuses %s as the URL of a queue',
  async (url) => {
    const env = { ...aws, USER_DELETED_QUEUE_URL: url }
    const { code, stderr } = await runLapse(['send', '-'], { stdin: event, env })

    expect(code).toBe(2)
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain('USER_DELETED_QUEUE_URL is not a URL')
  },
)

test.concurrent('asks for a region where neither the URL nor the environment names one', async () => {
  const { AWS_REGION: _, ...env } = { ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const cwd = await emptyDirectory()
  const { code, stderr } = await runLapse(['send', '-'], {
    stdin: event,
    env: { ...env, HOME: cwd },
  })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('set AWS_REGION')
})

test.concurrent.each([
  [nowhere, /nothing answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\); check the port/],
  ['http://sqs.invalid/1/user-deleted', /nothing answers at http:\/\/sqs\.invalid/],
])('says that %s is out of reach', async (url, problem) => {
  const env = { ...aws, USER_DELETED_QUEUE_URL: url }
  const { code, stderr } = await runLapse(['send', '-'], { stdin: event, env })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toContain('s3cret')
})

test.concurrent.each([
  [{ AWS_PROFILE: 'nobody' }, /the AWS profile nobody has no credentials here; set AWS_PROFILE/],
  [{}, /no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID/],
  [{ AWS_PROFILE: 'nobody', AWS_REGION: 'us east 1' }, /AWS_REGION is not a region; write it like/],
])('takes %j for a setting that is wrong', async (env, problem) => {
  const HOME = await emptyDirectory()
  const at = { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', HOME }
  const { code, stderr } = await runLapse(['send', '-'], {
    stdin: event,
    env: { ...at, USER_DELETED_QUEUE_URL: nowhere, ...env },
  })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})

const problemOf = (code: string) =>
  JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: 's3cret alice' })

test.concurrent.each([
  ['a missing queue', 400, problemOf('QueueDoesNotExist'), /there is no queue http/],
  ['a refusal', 403, problemOf('AccessDenied'), /AWS refused \(AccessDenied\).* policy$/m],
  [
    'an old session',
    403,
    problemOf('ExpiredToken'),
    /have expired \(ExpiredToken\); log in anew$/m,
  ],
  [
    'credentials of elsewhere',
    403,
    problemOf('InvalidClientTokenId'),
    /AWS does not know these credentials .* check AWS_PROFILE and AWS_REGION$/m,
  ],
  ['a page', 200, '<h1>It works!</h1>', /did not take the message as SQS would/],
])('says what to do about %s', async (_name, status, body, problem) => {
  const server = createServer((_asked, answer) => answer.writeHead(status).end(body))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const env = { ...aws, USER_DELETED_QUEUE_URL: `http://127.0.0.1:${port}/1/user-deleted` }

  const { code, stderr } = await runLapse(['send', '-'], { stdin: event, env })
  server.close()

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toMatch(/s3cret|alice/)
})

test.concurrent('shows nothing of a server’s that a terminal would act on', async () => {
  const hostile = '\u001b]0;owned\u0007\u009b2J\u202e'
  const server = createServer(async (asked, answer) => {
    const { MessageBody, QueueUrl } = JSON.parse(await text(asked)) as Record<string, string>
    const MD5OfMessageBody = createHash('md5').update(String(MessageBody)).digest('hex')
    const isSent = QueueUrl?.endsWith('/1/takes')
    const taken = { MessageId: `m-1${hostile}`, MD5OfMessageBody }
    answer.writeHead(isSent ? 200 : 400)
    answer.end(JSON.stringify(isSent ? taken : { __type: `x#Strange${hostile}`, message: hostile }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sendTo = (path: string) =>
    runLapse(['send', '-'], {
      stdin: event,
      env: { ...aws, USER_DELETED_QUEUE_URL: `http://127.0.0.1:${port}${path}` },
    })
  const refused = await sendTo('/1/refuses')
  const sent = await sendTo('/1/takes')
  server.close()

  expect([sent.code, refused.code]).toEqual([0, 1])
  expect(sent.stdout).toContain('sent  m-1 ]0;owned')
  expect(refused.stderr).toMatch(oneLine)
  for (const said of [sent.stdout, sent.stderr, refused.stdout, refused.stderr]) {
    expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
})

test.concurrent('asks the lapse dev that runs here whose event it is, and says where that is set otherwise', async () => {
  const cwd = await emptyDirectory()
  const standIn = await startStandIn()
  const mapped = JSON.stringify({ 'https://accounts.example': '{subject}-{tenant}' })
  const at = { USER_DELETED_QUEUE_URL: nowhere, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' }
  const environment = { ...aws, ...at, SUBJECT_TEMPLATES: mapped }
  const places = { endpoints: {}, queues: [], webhooks: {}, functions: {} }
  await writeDevFile(cwd, { pid: standIn.pid, started_at: '', ...places, environment })
  const differs = 'SUBJECT_TEMPLATES is set otherwise here than for the lapse dev that runs here'

  const refused = await runLapse(['send', '-'], { stdin: event, cwd })
  const env = { SUBJECT_TEMPLATES: '{"x":"{y}"}' }
  const told = await runLapse(['send', '-'], { stdin: event, cwd, env })
  const other = JSON.stringify({ ...JSON.parse(event), data: { subject: 'a', tenant: 1 } })
  const taken = await runLapse(['send', '-'], { stdin: other, cwd })
  const example = await runLapse(['example', 'user.deleted'], { cwd })
  const named = { ...env, ...aws, USER_DELETED_QUEUE_URL: nowhere }
  const elsewhere = await runLapse(['send', '-'], { stdin: event, cwd, env: named })
  await standIn.stop()

  for (const { stderr } of [refused, told]) expect(stderr).toMatch(/ refused: .*data\.tenant /)
  expect(refused.stderr).toMatch(oneLine)
  expect(told.stderr).toContain(differs)
  expect(taken.stderr).toContain('nothing answers')
  expect(example.stderr).toMatch(/^lapse: such an event would be refused: .*data\.tenant /)
  expect(elsewhere.stderr).toMatch(/^lapse: .*nothing answers/)
})

test.concurrent('notices that lapse dev is gone and has left its file behind', async () => {
  const cwd = await emptyDirectory()
  await mkdir(join(cwd, '.lapse'))
  await mkdir(join(cwd, 'deeper'))
  const left = JSON.stringify({ pid: 2 ** 30, environment: {} })
  await writeFile(join(cwd, '.lapse', 'dev.json'), left)

  const { code, stderr } = await runLapse(['send', '-'], {
    stdin: event,
    cwd: join(cwd, 'deeper'),
  })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('lapse dev has ended')
})
