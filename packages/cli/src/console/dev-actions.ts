import { randomBytes } from 'node:crypto'
import { subjectFields } from '@lapse/aws/settings/subject-fields'
import type { Actions, Fields, Outcome } from '@lapse/console'
import { OryApiError } from '@lapse/core/errors'
import { createOry } from '@lapse/core/ory'
import type { Local } from '@lapse/local'
import { authorizeInBrowser, createBrowser } from '@lapse/ory-emulator'
import { fireSweep } from '../demo/sweep.ts'
import { faultNamed, faultText, setFault } from '../dev/fault-switch.ts'
import { UsageError } from '../errors.ts'
import { type Example, exampleAppOffboarded, exampleUserEvent } from '../example/example-event.ts'
import type { FoundPlace } from '../place/find-place.ts'
import { checkEvent } from '../send/check-event.ts'
import { sendTo } from '../send/send-to.ts'
import { targetIn } from '../send/target.ts'
import { whyNot } from '../site/why.ts'
import { openEventLook } from '../wait/open-event-look.ts'
import { commandActions } from './actions.ts'
import type { SentEvents } from './sent-events.ts'

export interface DevActionOptions {
  readonly local: Local
  readonly place: FoundPlace
  readonly directory: string
  readonly sent: SentEvents
}

/** What there is to do where everything is emulated: the commands, and what makes something to end. */
export function devActions(options: DevActionOptions): Actions {
  const { local, directory } = options
  const app = exampleApp()
  const { prove, ...commands } = commandActions({ directory })
  return {
    ...commands,
    ...(prove !== undefined && {
      // Its schedule seals the log within a minute; whoever plays does not want to wait for that.
      prove: async (fields: Fields) => {
        await local.fireNow('seal')
        return prove(fields)
      },
    }),
    send: (fields) => told('lapse send', () => send(fields, options)),
    ...(local.emulator !== undefined && {
      'sign-in': (fields: Fields) => told('to sign in', () => signIn(fields, app, local)),
      fault: (fields: Fields) => told('lapse dev fault', async () => switchFault(fields, local)),
    }),
    sweep: () =>
      told('the sweep', async () => {
        await fireSweep(local)
        return { command: 'the sweep', says: 'It has done what was due.' }
      }),
  }
}

type Done = Omit<Outcome, 'isDone'>

async function told(command: string, act: () => Promise<Done>): Promise<Outcome> {
  try {
    return { isDone: true, ...(await act()) }
  } catch (error) {
    return { isDone: false, command, says: whyNot(error) }
  }
}

async function send(fields: Fields, { place, directory, sent }: DevActionOptions): Promise<Done> {
  const event = exampleOf(fields, place)
  const body = JSON.stringify(event)
  const queueVariable = checkEvent(body, place.variables, Date.now())
  const target = targetIn(place, queueVariable)
  const look = await openEventLook(body, target, { stage: undefined, directory })
  await sendTo(target, body)
  const { id, type } = event
  sent.add({
    id,
    type,
    look,
    sentAt: Date.now(),
    queue: target.queueUrl.split('/').at(-1) ?? '',
    dlqUrl: place.variables[queueVariable.replace('_QUEUE_URL', '_DLQ_URL')],
  })
  return {
    command: `lapse example ${type} | lapse send`,
    says: `The queue has it, as event ${id}.`,
    next: { href: `/events/${id}`, text: 'watch it' },
  }
}

function exampleOf(
  { type, subject = '', client = '' }: Fields,
  { variables }: FoundPlace,
): Example {
  if (type === 'app.offboarded') {
    if (client.trim() === '') throw new UsageError('the client is empty')
    return exampleAppOffboarded({ client_id: client, mode: 'delete' }, Date.now())
  }
  const field = subjectFields(variables).userDeleted
  return exampleUserEvent('user.deleted', { subject: subjectIn(subject), field }, Date.now())
}

function subjectIn(subject: string): string {
  if (subject.trim() === '') throw new UsageError('the subject is empty')
  return subject
}

/** Whom users sign in to; its secret is made up here. */
function exampleApp() {
  return {
    client_id: 'example-app',
    client_secret: randomBytes(24).toString('base64url'),
    redirect_uri: 'http://127.0.0.1/example-app/callback',
  }
}

async function signIn(
  { subject: typed = '' }: Fields,
  app: ReturnType<typeof exampleApp>,
  { endpoints }: Local,
): Promise<Done> {
  const subject = subjectIn(typed)
  const { oryAdmin: adminUrl, oryPublic: publicUrl } = endpoints
  await using ory = createOry({ adminUrl, publicUrl, retry: { maxAttempts: 1 } })
  const { redirect_uri, ...client } = app
  await ory
    .createOAuth2Client({
      body: {
        ...client,
        client_name: 'Example',
        redirect_uris: [redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'openid offline',
      },
    })
    .catch((error: unknown) => {
      // It is there from the last time.
      if (!(error instanceof OryApiError && error.status === 409)) throw error
    })
  await authorizeInBrowser({
    adminUrl,
    publicUrl,
    browser: createBrowser(),
    client: app,
    subject,
    scope: 'openid offline',
    rememberLogin: true,
    rememberConsent: false,
  })
  return {
    command: 'an authorization code flow at Ory',
    says: `${subject} is signed in to ${app.client_id}, with an access and a refresh token.`,
  }
}

async function switchFault({ name = '' }: Fields, local: Local): Promise<Done> {
  const wanted = faultNamed(name)
  setFault(local, wanted)
  return { command: `lapse dev fault ${wanted}`, says: faultText(wanted) }
}
