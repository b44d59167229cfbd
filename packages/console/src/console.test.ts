import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type ConsoleOptions, createConsole } from './console.ts'
import type {
  EventDocument,
  Fields,
  Part,
  PlannedLetter,
  Status,
  Summary,
  ToldSecret,
} from './documents.ts'
import { exampleSource, exampleStatus } from './testing/example-source.ts'

const token = 'token-of-this-process'

function consoleWith(options: Partial<ConsoleOptions> = {}) {
  const app = createConsole({ source: exampleSource(), actions: {}, token, ...options })
  const get = async (path: string) => app.fetch(new Request(`http://127.0.0.1:4570${path}`))
  const post = async (path: string, fields: Fields) =>
    app.fetch(
      new Request(`http://127.0.0.1:4570${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      }),
    )
  return { get, post, textOf: async (path: string) => (await get(path)).text() }
}

const pages = [
  '/',
  '/receipts',
  '/dead-letters',
  '/secrets',
  '/things',
  '/doctor',
  '/events/event-1',
]

test.each(pages)('%s is a page without anything inline or from elsewhere', async (path) => {
  const answer = await consoleWith().get(path)
  const page = await answer.text()

  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/)
  expect(page).not.toMatch(/<style| style=| on[a-z]+=|<script(?! src="\/console\.js")/)
  expect(page).not.toMatch(/(?:src|href|action)="(?!\/|#)/)
})

test('whatever is shown is escaped', async () => {
  const nasty = '"><script>alert(1)</script>'
  const source = exampleSource({
    status: async () => ({ known: { ...exampleStatus, queues: { unknown: nasty } } }),
  })
  const { textOf } = consoleWith({ source })

  expect(await textOf('/')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(await textOf(`/events/${encodeURIComponent(nasty)}`)).not.toContain('<script>alert')
  expect(await textOf(`/things?about=${encodeURIComponent(nasty)}`)).not.toContain('<script>alert')
})

test.each(['\u202e', '\u2066', '\u3164', '\u200b', '\u{e0041}', '\u001b'])(
  'a character that nobody sees is seen on every page: %j',
  async (unseen) => {
    const id = `a${unseen}b`
    const [receipt] = knownOf(await exampleSource().receipts('24h', 100))
    const [event] = knownOf(await exampleSource().event('event-1'))
    const [letter] = knownOf(await exampleSource().deadLetters())
    const source = exampleSource({
      receipts: async () => ({
        known: [{ ...receipt, event: { ...receipt?.event, id } } as Summary],
      }),
      event: async () => ({ known: [{ ...event, verdict: `about ${id}` } as EventDocument] }),
      deadLetters: async () => ({
        known: [{ ...letter, event: { ...letter?.event, id } } as PlannedLetter],
      }),
    })
    const { textOf } = consoleWith({ source })
    const path = encodeURIComponent(id)

    for (const page of ['/receipts', '/dead-letters', `/events/${path}`, `/things?about=${path}`]) {
      const text = await textOf(page)
      expect(text).toContain(
        `a${JSON.stringify(unseen)
          .replace(/[^ -~]/gv, escapes)
          .slice(1, -1)}b`,
      )
      expect(text).not.toContain(unseen)
    }
  },
)

const escapes = (text: string) =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

function knownOf<Known>(part: Part<Known>): Known {
  if (!('known' in part)) throw new Error(part.unknown)
  return part.known
}

test('what is written from right to left turns nothing around that stands beside it', async () => {
  const [receipt] = knownOf(await exampleSource().receipts('24h', 100))
  const about = { client_id: '\u05d0\u05d1', event: { ...receipt?.event, id: '\u05d2' } }
  const source = exampleSource({
    receipts: async () => ({ known: [{ ...receipt, ...about } as Summary] }),
  })

  expect(await consoleWith({ source }).textOf('/receipts')).toMatch(
    /client <bdi>\u05d0\u05d1<\/bdi>.*event <bdi>\u05d2<\/bdi>/,
  )
})

test.each(['$(touch x)', "a'b; rm -rf .", '`x`', 'a b'])(
  'a command that names the event %j can be copied into a shell',
  async (id) => {
    const page = await consoleWith().textOf(`/events/${encodeURIComponent(id)}`)
    const [, shown = ''] =
      /<code class="command">(lapse receipts show [^<]*)<\/code>/.exec(page) ?? []

    expect(await wordsOf(unescapedHtml(shown))).toEqual(['lapse', 'receipts', 'show', id])
  },
)

const unescapedHtml = (text: string) =>
  text
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&amp;/g, '&')

/** What a shell makes of a line, a word each. */
async function wordsOf(line: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\0' ${line}`])
  return stdout.split('\0').slice(0, -1)
}

test.each(['', 'token', `${token}x`])('a form with the token "%s" does nothing', async (given) => {
  const done: string[] = []
  const { post } = consoleWith({
    actions: {
      async sweep() {
        done.push('sweep')
        return { isDone: true, command: 'sweep', says: '' }
      },
    },
  })
  const answer = await post('/do/sweep', { token: given })

  expect([answer.status, done]).toEqual([403, []])
})

test('what a command said is shown by the page that follows, and by no other', async () => {
  const said = 'redriven-twice: read its reason'
  const { get, post, textOf } = consoleWith({
    actions: { redrive: async () => ({ isDone: false, command: 'lapse x', says: said }) },
  })
  const answer = await post('/do/redrive', { token, back: '/dead-letters' })
  const location = answer.headers.get('location') ?? ''

  expect(answer.status).toBe(303)
  expect(location).toMatch(/^\/dead-letters\?said=/)
  expect(await (await get(location)).text()).toMatch(new RegExp(`not done.*${said}`, 's'))
  expect(await textOf('/dead-letters')).not.toContain(said)
})

test.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', ''])(
  'nobody is led from here to %j',
  async (back) => {
    const { post } = consoleWith({
      actions: { sweep: async () => ({ isDone: true, command: 'sweep', says: '' }) },
    })
    const answer = await post('/do/sweep', { token, back })

    expect(answer.headers.get('location')).toMatch(/^\/\?said=/)
  },
)

test('without actions there is no form that acts, and none is taken', async () => {
  const { textOf, post } = consoleWith()

  expect(await textOf('/dead-letters')).toContain('lapse dead-letters redrive message-1')
  expect(await textOf('/dead-letters')).not.toContain('/do/')
  expect(await textOf('/')).toContain('read only')
  expect((await post('/do/redrive', { token })).status).toBe(403)
})

test('a button stands beside the command that does the same, with its stage', async () => {
  const actions = { redrive: async () => ({ isDone: true, command: '', says: '' }) }
  const source = exampleSource({ suffix: ' --stage production' })
  const page = await consoleWith({ actions, source }).textOf('/dead-letters')

  expect(page).toMatch(
    /<button>Redrive<\/button> <code class="command">lapse dead-letters redrive message-1 --queue user-deleted --stage production</,
  )
})

test.each([
  [['well', 'well'], '2 of 2 are well'],
  [['well', 'unknown'], '1 of 2 could not be looked at'],
  [['overdue', 'unknown'], '1 of 2 are not well'],
  [['running', 'well'], '2 of 2 are well'],
])('of rotated secrets that are %j says that %s', async (verdicts, says) => {
  const rotations = verdicts.map((verdict) => ({
    secret: 'app/notes',
    verdict: verdict === 'running' ? 'unfinished' : verdict,
    reason: verdict === 'running' ? 'running' : null,
    problem: null,
    due_at: null,
    overlap_until: null,
  }))
  const status = { ...exampleStatus, rotations: { known: rotations } }
  const source = exampleSource({ status: async () => ({ known: status }) })

  expect(await consoleWith({ source }).textOf('/')).toContain(`</span> ${says}</span></a>`)
})

test.each([
  ['running', 'waiting'],
  ['unfinished', 'bad'],
])('a rotation that is unfinished because it is %s is shown as %s', async (reason, tone) => {
  const [secret] = knownOf(await exampleSource().secrets())
  const told = { ...secret, verdict: 'unfinished', reason } as ToldSecret
  const source = exampleSource({ secrets: async () => ({ known: [told] }) })

  expect(await consoleWith({ source }).textOf('/secrets')).toMatch(
    new RegExp(`class="word ${tone}"><span[^>]*>.</span> unfinished`),
  )
})

test('what destroys wants a name typed out', async () => {
  const done = async () => ({ isDone: true, command: '', says: '' })
  const { textOf } = consoleWith({ actions: { drop: done, rotate: done } })

  for (const path of ['/dead-letters', '/secrets'])
    expect(await textOf(path)).toMatch(/name="typed" required.*class="destroys"/s)
})

test('a moot letter is closed, and any other is redriven', async () => {
  const done = async () => ({ isDone: true, command: '', says: '' })
  const shown = async (outcome: string) => {
    const read = await exampleSource().deadLetters()
    const letters = 'known' in read ? read.known.map((one) => ({ ...one, outcome })) : []
    const source = exampleSource({ deadLetters: async () => ({ known: letters }) })
    const page = await consoleWith({ source, actions: { close: done, redrive: done } }).textOf(
      '/dead-letters',
    )
    return ['close', 'redrive'].filter((name) => page.includes(`/do/${name}`))
  }

  expect(await shown('moot')).toEqual(['close'])
  expect(await shown('same')).toEqual(['redrive'])
})

test('a subject that was typed in is in no address and on no page: its pseudonyms are', async () => {
  const { post, textOf } = consoleWith()
  const answer = await post('/find', { token, kind: 'subject', name: 'alice@example.com' })
  const location = answer.headers.get('location') ?? ''

  expect(location).toBe('/things?about=subject%3Apseudonym')
  expect(await textOf(location)).not.toContain('alice')
})

test('a receipt that is listed leads to the page of its event', async () => {
  const page = await consoleWith().textOf('/receipts')
  const [, href = ''] = /href="(\/events\/[^"]+)"/.exec(page) ?? []

  expect(href).toContain('%23user-deleted%23')
  expect(await consoleWith().textOf(href)).toContain('revokeOAuth2ConsentSessions')
})

test.each([
  [{ consent_sessions: 0 }, undefined, 'nothing is listed', 'not looked at'],
  [
    { identities: 1 },
    ['consent_sessions'],
    'not looked at</span>: consent sessions',
    'nobody looked',
  ],
  [{}, undefined, 'nobody looked', 'nothing is listed'],
])(
  'what nobody looked at afterwards is not told as nothing: %o',
  async (after, unseen_after, is, not) => {
    const shown = await exampleSource().event('event-1')
    if (!('known' in shown)) throw new Error('nothing is known')
    const [event] = shown.known as [(typeof shown.known)[number]]
    const [pass] = event.receipts as [(typeof event.receipts)[number]]
    const receipt = { ...pass.receipt, after, ...(unseen_after && { unseen_after }) }
    const known = [{ ...event, receipts: [{ ...pass, receipt }] }]
    const page = await consoleWith({
      source: exampleSource({ event: async () => ({ known }) }),
    }).textOf('/events/event-1')
    const again = page.slice(page.indexOf('looked again'))

    expect(again).toContain(is)
    expect(again).not.toContain(not)
  },
)

test('a dead letter that was closed is a step on the way of its event', async () => {
  const read = await exampleSource().event('event-1')
  const [one] = 'known' in read ? read.known : []
  const [first] = one?.receipts ?? []
  if (one === undefined || first === undefined) throw new Error('the example has an event')
  const letter = { queue: 'user-deleted', message_id: 'message-7', reason: 'max-receives' }
  const closed = { ...first.receipt, pass: 'close', result: 'moot', letter, steps: [] }
  const event = { ...one, receipts: [first, { id: 'closed', receipt: closed }] }
  const source = exampleSource({ event: async () => ({ known: [event] }) })
  const page = await consoleWith({ source }).textOf('/events/event-1')

  expect(page.match(/<ol class="way">/g)).toHaveLength(1)
  expect(page).toMatch(/a dead letter of it was closed.*message-7 on the DLQ of user-deleted/s)
  expect(page).not.toContain('the close pass')
})

test('waiting is a step of its own, with its cause and its end', async () => {
  const page = await consoleWith().textOf('/events/event-1')

  expect(page).toMatch(
    /waited 2 min.*because of ERR_ORY_TRANSPORT, until <time datetime="2026-11-29T12:03:01/s,
  )
  expect(page).toContain('12 calls, several at a time')
})

test('whoever is down is told by name, and nobody else', async () => {
  const page = await consoleWith().textOf('/')

  expect(page).toContain('Ory is down')
  expect(page).toContain('the server of API keys is down')
  expect(page).not.toContain('the identity provider is down')
})

test('lanes and follow-ups have the names that lapse status gives them', async () => {
  const page = await consoleWith().textOf('/')

  expect(page).toContain('deletion, hygiene')
  // As long as the circuit is open.
  expect(page).toContain('not before')
  expect(page).toContain('issuers’ keys to retire: 1, the next due')
})

test('what cannot be read says why, and hides nothing else', async () => {
  const source = exampleSource({
    status: async () => ({
      known: { ...exampleStatus, circuit: { unknown: 'the ledger is not there' } },
    }),
  })
  const page = await consoleWith({ source }).textOf('/')

  expect(page).toContain('the ledger is not there')
  expect(page).toContain('user-deleted-incident')
})

test('does not say that nothing needs a person where that could not be seen', async () => {
  const well: Status = {
    ...exampleStatus,
    place: 'stage production',
    queues: { known: [] },
    circuit: { known: { state: 'closed', until: null, opened: 0 } },
    account_circuits: { known: [] },
  }
  const firstOf = async (status: Status) => {
    const source = exampleSource({ status: async () => ({ known: status }) })
    return (await consoleWith({ source }).textOf('/')).split('queues')[0]
  }
  const lost = { unknown: 'nothing answers' }

  expect(await firstOf(well)).toMatch(/nothing<\/span> that can be seen from here/)
  expect(await firstOf({ ...well, queues: lost, alarms: lost })).toMatch(
    /cannot tell<\/span>: alarms, dead letters/,
  )
  expect(await firstOf({ ...well, queues: lost })).not.toContain('that can be seen from here')
  expect(await firstOf({ ...well, place: 'lapse dev', alarms: lost })).toContain('seen from here')
})

test('whoever looks at a page has it read once for the first time', async () => {
  const read = { times: 0 }
  const source = exampleSource({
    status: async () => {
      read.times += 1
      return { known: exampleStatus }
    },
  })
  const endless = () => new Promise(() => undefined)
  const answer = await consoleWith({ source, pause: endless }).get('/live?page=%2F')
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await reader.cancel()

  expect(read.times).toBe(1)
})

test('a page is told once, and then only that it is the same', async () => {
  const { get } = consoleWith({ pause: async () => undefined })
  const answer = await get('/live?page=%2F')
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  const events = [await next(), await next()]
  await reader.cancel()

  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(events[0]).toMatch(/^data: \{"page":"<!doctype html>/)
  expect(events[1]).toBe('data: {"same":true}\n\n')
})

test.each(['/dead-letters', '//evil.example/', '/nowhere'])(
  '%s is not read again and again',
  async (page) => {
    expect((await consoleWith().get(`/live?page=${encodeURIComponent(page)}`)).status).toBe(404)
  },
)

test('ten thousand receipts are one page', async () => {
  const read = await exampleSource().receipts('24h', 1)
  const [one] = 'known' in read ? read.known : []
  const all = Array.from({ length: 10_000 }, () => one as NonNullable<typeof one>)
  const source = exampleSource({ receipts: async () => ({ known: all }) })
  const page = await consoleWith({ source }).textOf('/receipts?limit=10000')

  expect(page.match(/href="\/events\//g)).toHaveLength(10_000)
})

test('a time within a sentence of a command is one that the reader sees in their own zone', async () => {
  const why = 'Ory is down, and is looked at again at 2026-11-29\u00a012:00:10Z'
  const waiting = {
    id: 'event-2',
    type: 'user.deleted',
    sent_at: exampleStatus.at,
    queue: 'q',
    attempts: [],
    why,
  }
  const source = exampleSource({
    waiting: async () => [waiting],
    event: async () => ({ known: [] }),
  })

  expect(await consoleWith({ source }).textOf('/events/event-2')).toContain(
    'again at <time datetime="2026-11-29T12:00:10Z">',
  )
})
