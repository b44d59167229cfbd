import { createInterface } from 'node:readline/promises'
import { CommandError } from './errors.ts'
import { print } from './output/print.ts'

/**
 * Waits until a name has been typed out, on standard input.
 * @throws CommandError where something else was, or nothing
 */
export async function typedOut(
  name: string,
  signal: AbortSignal | undefined,
  { what = "the secret's name", say = print } = {},
): Promise<void> {
  say(`type ${what} to do this:`)
  if ((await nextLine(signal)) === name) return
  throw new CommandError(`nothing was done: ${name} was not typed out`)
}

/** The next line of standard input, without blanks around it; `undefined` where none comes any more. */
export async function nextLine(signal: AbortSignal | undefined): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, ...(signal && { signal }) })
  for await (const line of lines) return line.trim()
  return undefined
}
