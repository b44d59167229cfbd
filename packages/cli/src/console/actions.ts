import type { Actions, Fields, Outcome } from '@lapse/console'
import { runLapse } from './run-lapse.ts'

export interface ActionPlace {
  readonly directory: string
  readonly stage?: string | undefined
}

/** A command that changes nothing: it is offered where everything is read-only as well. */
export function readingActions(place: ActionPlace): Actions {
  return {
    verify: ({ subject = '' }) => {
      if (subject.trim() === '') return refused('lapse verify user-deleted', 'the subject is empty')
      return run(['verify', 'user-deleted', '--subject', '-'], place, `${subject}\n`)
    },
    prove: ({ receipt = '' }) => prove(receipt, place),
  }
}

/** Commands that act, each run as it is printed beside its button. */
export function commandActions(place: ActionPlace): Actions {
  return {
    ...readingActions(place),
    rotate: ({ secret = '', typed = '' }) => {
      const command = ['rotate', secret]
      if (!/^[\w/+=.@:-]+$/.test(secret) || secret.startsWith('-'))
        return refused(textOf(command), 'there is no secret of this name')
      if (typed.trim() !== secret)
        return refused(textOf(command), `nothing was done: ${secret} was not typed out`)
      return run(command, place)
    },
    redrive: (fields) => onLetter('redrive', fields, place),
    close: (fields) => onLetter('close', fields, place),
    // The command itself wants the name typed out.
    drop: (fields) => onLetter('drop', fields, place, `${fields['typed'] ?? ''}\n`),
  }
}

/** Has the log prove a receipt, and verifies that as anybody could: with the log's key alone. */
async function prove(receipt: string, place: ActionPlace): Promise<Outcome> {
  if (!/^[^\s-]\S*$/.test(receipt))
    return refused('lapse receipts prove', 'there is no such receipt')
  const proven = await run(['receipts', 'prove', receipt], place)
  if (!proven.isDone) return proven
  const key = await run(['receipts', 'key'], place)
  if (!key.isDone) return key
  const { directory } = place
  const verified = await run(
    ['receipts', 'verify', '-', '--key', key.says],
    { directory },
    `${proven.says}\n`,
  )
  return {
    isDone: verified.isDone,
    command: `${proven.command} | ${verified.command}`,
    says: verified.says,
    file: `${proven.says}\n`,
  }
}

async function onLetter(
  what: 'redrive' | 'close' | 'drop',
  { message = '', queue = '' }: Fields,
  place: ActionPlace,
  input = '',
): Promise<Outcome> {
  const command = ['dead-letters', what, message, '--queue', queue]
  if (![message, queue].every((text) => /^\w[\w.-]*$/.test(text)))
    return refused(textOf(command.slice(0, 2)), 'there is no such message')
  return run(command, place, input)
}

async function refused(command: string, says: string): Promise<Outcome> {
  return { isDone: false, command, says }
}

async function run(
  command: readonly string[],
  { directory, stage }: ActionPlace,
  input = '',
): Promise<Outcome> {
  const args = [...command, ...(stage === undefined ? [] : ['--stage', stage])]
  const { exitCode, output, errors } = await runLapse(args, { directory, input })
  const says = [output, errors].filter(Boolean).join('\n') || 'It said nothing.'
  return { isDone: exitCode === 0, command: textOf(args), says }
}

function textOf(args: readonly string[]): string {
  return ['lapse', ...args].join(' ')
}
