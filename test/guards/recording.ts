import { writeOf } from './places.ts'

/** A port whose writing calls are noted, by name, before they are made. */
export function recording<Port extends object>(
  kind: 'ory' | 'secrets',
  port: Port,
  writes: string[],
): Port {
  return noting(
    port,
    (name) => writeOf(kind, name),
    (op) => writes.push(op),
  )
}

/**
 * A port whose writing calls are told of, with what they were given, before they are made.
 * @param writeNamed what a member is told of as, where it writes
 */
export function noting<Port extends object>(
  port: Port,
  writeNamed: (name: PropertyKey) => string | undefined,
  note: (op: string, given: readonly unknown[]) => void,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      const op = writeNamed(name)
      if (typeof member !== 'function' || op === undefined) return member
      return (...given: readonly unknown[]) => {
        note(op, given)
        return member.apply(target, given)
      }
    },
  })
}
