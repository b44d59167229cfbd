import { kept } from './layout.ts'

/** JSON in one line that can end between its members, and not between a name and its value. */
export function spacedJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 1).replace(
    /^( *"(?:[^"\\]|\\.)*":) /gm,
    `$1${kept(' ')}`,
  )
  return lines.replace(/\n */g, ' ')
}
