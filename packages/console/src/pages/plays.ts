import { actionForm, type Frame } from '../form.ts'
import { type Html, html, section, word } from '../html.ts'

const faults = [
  ['ory-down', 'answers 503 to everything'],
  ['unauthorized', 'takes no key (401)'],
  ['429', 'has no calls left: 429, and Retry-After 30 s'],
  ['slow', 'takes 20 s for every answer'],
  ['lying-204', 'answers 204 to every deletion, and deletes nothing'],
] as const

/** What there is to play with where everything is emulated. */
export function plays(frame: Frame, fault: string | undefined): readonly Html[] {
  return [
    ...(frame.may('sign-in') || frame.may('send')
      ? [section('try', 'to try it', tries(frame))]
      : []),
    ...(frame.may('fault') && fault !== undefined ? faultParts(frame, fault) : []),
    ...(frame.may('sweep') ? [section('sweep', 'the sweep', sweep(frame))] : []),
  ]
}

function tries(frame: Frame): readonly Html[] {
  const subject = (id: string, shown: string) =>
    html`<label for="${id}">Subject</label><input id="${id}" name="subject" required spellcheck="false" placeholder="${shown}">`
  return [
    html`<h3>1. Sign an example user in</h3>`,
    actionForm(frame, {
      name: 'sign-in',
      does: 'Sign in',
      aside: 'lapse dev --seed signs the demo’s users in',
      fields: subject('sign-in-subject', 'erin'),
    }),
    html`<h3>2. Tell lapse that the user is gone</h3>`,
    actionForm(frame, {
      name: 'send',
      does: 'Send user.deleted',
      command: 'lapse example user.deleted --subject <subject> | lapse send',
      hidden: { type: 'user.deleted' },
      fields: subject('deleted-subject', 'erin'),
    }),
    html`<h3>3. See what Ory still lists of the user</h3>`,
    verifyForm(frame, 'verify-subject'),
    html`<h3>Or offboard an app</h3>`,
    actionForm(frame, {
      name: 'send',
      does: 'Send app.offboarded',
      command: 'lapse example app.offboarded --client-id <client> | lapse send',
      hidden: { type: 'app.offboarded' },
      fields: html`<label for="client">Client</label><input id="client" name="client" required spellcheck="false" placeholder="calendar">`,
    }),
  ]
}

/** The subject goes by standard input, so that it stands in no list of processes. */
export function verifyForm(frame: Frame, id: string): Html {
  return actionForm(frame, {
    name: 'verify',
    does: 'Look at Ory',
    command: 'lapse verify user-deleted --subject -',
    fields: html`<label for="${id}">Subject</label><input id="${id}" name="subject" required spellcheck="false">`,
  })
}

function faultParts(frame: Frame, fault: string): readonly Html[] {
  const state =
    fault === 'none'
      ? html`<p>${word('good', 'Ory is well')}</p>`
      : html`<p>${word('bad', `Ory fails: ${fault}`)}</p>`
  const choice = html`<label for="fault">Ory</label><select id="fault" name="name">
<option value="none">is well</option>${faults.map(([name, does]) => html`<option value="${name}">${does} (${name})</option>`)}</select>`
  return [
    section('ory', 'a fault of Ory’s', [
      html`<div data-live="fault">${state}</div>`,
      actionForm(frame, {
        name: 'fault',
        does: 'Switch',
        command: 'lapse dev fault <name>',
        fields: choice,
      }),
    ]),
  ]
}

function sweep(frame: Frame): Html {
  return html`<p>It does what is due, and looks for what is not as it should be.</p>${actionForm(
    frame,
    { name: 'sweep', does: 'Fire the sweep', aside: 'its schedule does the same every 15 minutes' },
  )}`
}
