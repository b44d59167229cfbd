import type {
  Attempt,
  EventDocument,
  Part,
  ReceiptShown,
  Source,
  Survivor,
  Waiting,
} from '../documents.ts'
import { actionForm, type Frame, saidByCommand } from '../form.ts'
import {
  countOf,
  facts,
  type Html,
  html,
  known,
  live,
  section,
  sentence,
  span,
  time,
  word,
} from '../html.ts'
import type { Page } from '../layout.ts'
import { shellWord } from '../shell-word.ts'
import { verifyForm } from './plays.ts'

/** An event on its way: message, attempts and what they waited for, calls, looks, receipt. */
export async function eventPage(id: string, source: Source, frame: Frame): Promise<Page> {
  const [events, waiting, status] = await Promise.all([
    source.event(id),
    source.waiting(id),
    source.status(),
  ])
  const checkpoint: Part<{ at: string }> = 'known' in status ? status.known.last_checkpoint : status
  return {
    title: 'event',
    isLive: true,
    content: [
      saidByCommand(`lapse receipts show ${shellWord(id)}`, frame),
      live(
        'event',
        id,
        known(events, (all) => contentOf(all, waiting, checkpoint)),
      ),
      ...('known' in events && events.known.length > 0 ? [proofs(events.known, frame)] : []),
      html`<section aria-labelledby="look-title"><h2 id="look-title">what Ory lists now</h2><p>A receipt says what was seen then. Of a user, Ory can be asked again:</p>${verifyForm(frame, 'look-subject')}</section>`,
    ],
  }
}

function contentOf(
  events: readonly EventDocument[],
  waiting: readonly Waiting[],
  checkpoint: Part<{ readonly at: string }>,
): Html {
  const [one] = waiting
  if (events.length > 0) return html`${events.map((event) => eventOf(event, checkpoint))}`
  if (one !== undefined) return waitingOf(one)
  return html`<p>${word('unknown', 'no receipt of this event is here')}: it waits, was refused, or is older than what is kept. <a href="/dead-letters">What was refused is among the dead letters.</a></p>`
}

function proofs(events: readonly EventDocument[], frame: Frame): Html {
  const receipts = events.flatMap((event) => event.receipts)
  return section(
    'prove',
    'to prove it',
    receipts.map(({ id, receipt }) =>
      actionForm(frame, {
        name: 'prove',
        does:
          receipt.letter === undefined
            ? `Prove the ${receipt.pass} pass`
            : 'Prove that a dead letter was closed',
        command: `lapse receipts prove ${shellWord(id)}`,
        hidden: { receipt: id },
      }),
    ),
  )
}

function waitingOf({ type, sent_at, queue, why, attempts, dead_letter }: Waiting): Html {
  const last = attempts.at(-1)
  const end =
    dead_letter === undefined
      ? step('waiting', 'it waits', html`<p>${sentence(why)}</p>`)
      : step(
          'bad',
          'it was dead-lettered',
          html`<p>${sentence(why)} <a href="/dead-letters">what today’s plan is</a></p>`,
        )
  return html`<p class="verdict">${dead_letter === undefined ? word('waiting', 'on its way') : word('bad', 'dead-lettered')}</p>
<ol class="way">
${step('plain', 'message', html`<p>${type}, sent to ${queue} ${time(sent_at)}</p>`)}
${attemptSteps(attempts)}
${last?.ended_at === null ? '' : end}
</ol>`
}

function eventOf(event: EventDocument, checkpoint: Part<{ readonly at: string }>): Html {
  const [first] = event.receipts
  if (first === undefined) return html``
  const { receipt } = first
  const isGone = event.ending === 'gone'
  return html`<p class="verdict">${word(isGone ? 'good' : 'plain', '')}${sentence(event.verdict)}</p>
${facts([['event', html`${receipt.event.type} from <bdi>${receipt.event.source}</bdi>`], ...about(receipt)])}
<ol class="way">
${step('plain', 'message', html`<p>${time(receipt.event.time)}, in the lane ${receipt.lane ?? 'deletion'}</p>`)}
${event.receipts.map(({ id, receipt: each }) => passSteps(id, each))}
</ol>
<h3>what may still work</h3>
${survivors(event.may_still_work)}
<h3>proof</h3>
<p>${
    'known' in checkpoint
      ? html`The newest checkpoint of the log was signed ${time(checkpoint.known.at)}. Whether it holds a receipt is for the log to prove.`
      : html`${word('unknown', 'not known')}: ${checkpoint.unknown}`
  }</p>`
}

function about({ subject, client_id, owner, issuer }: ReceiptShown) {
  const things = { subject, client: client_id, owner, issuer }
  return Object.entries(things).flatMap(([kind, name]) =>
    name === undefined
      ? []
      : [
          [
            kind,
            html`<a href="/things?about=${encodeURIComponent(`${kind}:${name}`)}">${kind === 'subject' ? `${name.slice(0, 16)}… (its pseudonym)` : name}</a>`,
          ] as const,
        ],
  )
}

function passSteps(id: string, receipt: ReceiptShown): Html {
  if (receipt.letter !== undefined) return letterStep(id, receipt, receipt.letter)
  const { attempts = [], earlier_attempts = 0, waited: causes = [], opened_at, event } = receipt
  const waited = Date.parse(opened_at) - Date.parse(event.time)
  return html`
${waited > 1000 && receipt.pass === 'first' ? step('waiting', `waited ${span(waited)}`, html`<p>on its queue, until a worker began it ${time(opened_at)}</p>`) : ''}
${receipt.pass === 'first' ? '' : step('waiting', `the ${receipt.pass} pass`, html`<p>the same again, for what was in flight; begun ${time(opened_at)}</p>`)}
${earlier_attempts > 0 ? step('plain', `${earlier_attempts} earlier attempts`, html``) : ''}
${causes.map(waitedStep)}
${attemptSteps(attempts)}
${step('plain', 'looked first', counts(receipt.before))}
${receipt.steps.map(callStep)}
${step('plain', 'looked again', seenAfterwards(receipt))}
${step(
  receipt.result === 'done' ? 'good' : 'plain',
  `receipt: ${receipt.result}`,
  html`<p>${time(receipt.closed_at)}</p><ul>${receipt.notes.map((note) => html`<li>${sentence(note)}</li>`)}${receipt.preconditions.map((one) => html`<li>taken for granted: ${one}</li>`)}</ul><p class="id">${id}</p>`,
)}
${receipt.follow_up_not_before === null ? '' : step('waiting', 'a second pass', html`<p>not before ${time(receipt.follow_up_not_before)}</p>`)}`
}

/** A message of the event that was dead-lettered, and had nothing left to do. */
function letterStep(
  id: string,
  { closed_at, notes }: ReceiptShown,
  { queue, message_id, reason }: NonNullable<ReceiptShown['letter']>,
): Html {
  return step(
    'plain',
    'a dead letter of it was closed',
    html`<p>${time(closed_at)}; message ${message_id} on the DLQ of ${queue}, for ${reason}</p><ul>${notes.map((note) => html`<li>${sentence(note)}</li>`)}</ul><p class="id">${id}</p>`,
  )
}

function waitedStep({
  for: cause,
  ms,
  expected,
  turns = {},
}: NonNullable<ReceiptShown['waited']>[number]): Html {
  const told = Object.entries(turns).map(
    ([bucket, at]) => html`; its turn at ${bucket} was expected ${time(at)}`,
  )
  // A turn is what was expected of the rate limit.
  const again =
    expected === undefined || told.length > 0 ? '' : html`; was to go on ${time(expected)}`
  return step(
    'waiting',
    `waited ${span(ms)} for ${cause}`,
    html`<p>over all attempts${told}${again}</p>`,
  )
}

/** Each attempt, and between two of them what was waited for. */
function attemptSteps(attempts: readonly Attempt[]): readonly Html[] {
  return attempts.flatMap((attempt, index) => {
    const { number, started_at, ended_at, outcome } = attempt
    const next = attempts[index + 1]
    const took = ended_at === null ? undefined : Date.parse(ended_at) - Date.parse(started_at)
    const shown = step(
      outcome === 'closed' ? 'good' : ended_at === null ? 'waiting' : 'bad',
      `attempt ${number}: ${ended_at === null ? 'under way' : outcome}`,
      html`<p>begun ${time(started_at)}${took === undefined ? '' : `, took ${took} ms`}</p>`,
    )
    if (next === undefined || ended_at === null) return [shown]
    const waited = Date.parse(next.started_at) - Date.parse(ended_at)
    return [
      shown,
      step(
        'waiting',
        `waited ${span(waited)}`,
        html`<p>because of ${outcome}, until ${time(next.started_at)}</p>`,
      ),
    ]
  })
}

function callStep({ op, by, status, calls, accepted, ends }: ReceiptShown['steps'][number]): Html {
  const many = calls === 1 ? 'one call' : `${calls} calls, several at a time`
  return step(
    status === 'observed' ? 'good' : status === 'refused' ? 'bad' : 'plain',
    `${op} by ${by}`,
    html`<p>${many}${accepted === undefined ? '' : `, ${accepted} accepted`}</p><ul>${ends.map(
      ({ what, status: ended, seen }) =>
        html`<li>${what}: ${ended}${seen === undefined ? '' : `, ${seen.before} before and ${seen.after} after`}</li>`,
    )}</ul>`,
  )
}

/** What nobody looked at is not told as nothing. */
function seenAfterwards({ after, unseen_after = [] }: ReceiptShown): Html {
  if (Object.keys(after).length === 0) return html`<p>nobody looked</p>`
  const unseen = unseen_after.map((name) => name.replaceAll('_', ' '))
  return html`${counts(after)}${unseen.length === 0 ? '' : html`<p>${word('unknown', 'not looked at')}: ${unseen.join(', ')}</p>`}`
}

function counts(seen: Readonly<Record<string, number>>): Html {
  const some = Object.entries(seen).filter(([, count]) => count !== 0)
  if (some.length === 0) return html`<p>nothing is listed</p>`
  return html`<p>${some.map(([what, count]) => countOf(count, what.replaceAll('_', ' '))).join(', ')}</p>`
}

function survivors(all: readonly Survivor[]): Html {
  if (all.length === 0) return html`<p>${word('good', 'nothing')} that the receipts know of.</p>`
  return html`<ul>${all.map(
    ({ what, until, why, count }) =>
      html`<li>${count === undefined ? '' : `${count} `}${what}, ${until === null ? 'until somebody ends it' : html`until ${time(until)}`}${why === undefined ? '' : html` — because ${why}`}</li>`,
  )}</ul>`
}

function step(tone: 'good' | 'bad' | 'waiting' | 'plain', title: string, content: Html): Html {
  return html`<li class="${tone}"><p class="step">${word(tone, title)}</p>${content}</li>`
}
