import { type OperationId, operations } from '../ory/index.ts'
import type { SecretVersions } from '../ports/index.ts'
import type { RotationServices } from './services.ts'

const secretReads: ReadonlySet<PropertyKey> = new Set<keyof SecretVersions>([
  'describe',
  'list',
  'value',
])

/**
 * The same services, through which nothing is written, at Ory or in Secrets Manager, before the
 * guard has let it pass: whatever is called, by whichever step.
 */
export function guardedServices(
  services: RotationServices,
  guard: () => Promise<unknown>,
): RotationServices {
  return {
    ...services,
    ory: guarded(services.ory, isOryWrite, guard),
    secrets: guarded(services.secrets, (method) => !secretReads.has(method), guard),
  }
}

function isOryWrite(method: PropertyKey): boolean {
  return Object.hasOwn(operations, method) && operations[method as OperationId].method !== 'GET'
}

function guarded<Port extends object>(
  port: Port,
  isWrite: (method: PropertyKey) => boolean,
  guard: () => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || !isWrite(name)) return member
      return async (...parameters: readonly unknown[]) => {
        await guard()
        return member.apply(target, parameters)
      }
    },
  })
}
