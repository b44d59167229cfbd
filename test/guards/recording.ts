import { writeOf } from './places.ts'

/** A port whose writing calls are noted, by name, before they are made. */
export function recording<Port extends object>(
  kind: 'ory' | 'secrets',
  port: Port,
  writes: string[],
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      const write = writeOf(kind, name)
      if (typeof member !== 'function' || write === undefined) return member
      return (...parameters: readonly unknown[]) => {
        writes.push(write)
        return member.apply(target, parameters)
      }
    },
  })
}
