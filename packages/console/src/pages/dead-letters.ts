import type { PlannedLetter, Source } from '../documents.ts'
import { actionForm, type Frame, saidByCommand } from '../form.ts'
import {
  countOf,
  facts,
  type Html,
  html,
  known,
  section,
  sentence,
  type Tone,
  time,
  word,
} from '../html.ts'
import type { Page } from '../layout.ts'

const meanings: Readonly<Record<string, readonly [Tone, string]>> = {
  moot: ['good', 'nothing is left to do, and that is proven: it can be closed'],
  same: ['plain', 'a worker would do what it would have done before: it can be redriven'],
  changed: ['waiting', 'a worker would do something else by now: look before it is redriven'],
  refused: ['bad', 'a worker would dead-letter it again'],
}

/** What is on the DLQs by reason, and what today's plan of each is. */
export async function deadLettersPage(source: Source, frame: Frame): Promise<Page> {
  const letters = await source.deadLetters()
  return {
    title: 'dead letters',
    // To read a DLQ hides its messages for a moment from everybody else.
    isLive: false,
    content: [
      saidByCommand('lapse dead-letters plan', frame),
      known(letters, (all) => byReason(all, frame)),
    ],
  }
}

function byReason(letters: readonly PlannedLetter[], frame: Frame): Html {
  if (letters.length === 0) return html`<p>${word('good', 'Nothing is on a DLQ.')}</p>`
  const groups = Map.groupBy(letters, ({ queue, reason }) => `${queue}: ${reason}`)
  return html`${Array.from(groups, ([name, members], index) =>
    section(
      `reason-${index}`,
      `${members.length} on the DLQ of ${name}`,
      html`<ul class="letters">${members.map((letter) => letterItem(letter, frame))}</ul>`,
    ),
  )}`
}

function letterItem(letter: PlannedLetter, frame: Frame): Html {
  const { queue, message_id, redriven, sent_at, event, outcome, why } = letter
  const [tone, meaning] = meanings[outcome] ?? ['unknown', outcome]
  const one = `${message_id} --queue ${queue}`
  const hidden = { queue, message: message_id }
  return html`<li><h3>${event.type} <span class="id">${message_id}</span></h3>
${facts([
  ['today’s plan', html`${word(tone, outcome)} ${meaning}`],
  ['why', sentence(why)],
  ['sent', time(sent_at)],
  ['redriven', countOf(redriven, 'times')],
  ...(event.id === undefined ? [] : [['event', event.id] as const]),
])}
<div class="actions">
${outcome === 'moot' ? actionForm(frame, { name: 'close', does: 'Close', command: `lapse dead-letters close ${one}`, hidden }) : ''}
${outcome === 'moot' ? '' : actionForm(frame, { name: 'redrive', does: 'Redrive', command: `lapse dead-letters redrive ${one}`, hidden })}
${actionForm(frame, { name: 'drop', does: 'Drop for good', command: `lapse dead-letters drop ${one}`, hidden, typed: { what: `the queue’s name, ${queue},`, id: `drop-${message_id}` } })}
</div></li>`
}
