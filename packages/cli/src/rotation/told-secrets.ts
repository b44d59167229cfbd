import { type JudgedSecret, type RotationServices, rotationStatus } from '@lapse/core/rotation'
import { nextCommand } from './next-command.ts'
import { saidOfSecret } from './rotation-problem.ts'
import type { ToldSecret } from './status-lines.ts'

type Where = Parameters<typeof nextCommand>[1]

/** Every configured secret, judged, with what to do about it, as `lapse rotate --status --json` has it. */
export async function toldSecrets(
  services: RotationServices,
  place: Where,
): Promise<readonly ToldSecret[]> {
  return (await rotationStatus(services)).map((secret) => toldSecret(secret, place))
}

function toldSecret({ problem, ...secret }: JudgedSecret, place: Where): ToldSecret {
  const next = nextCommand(secret, place)
  return {
    ...secret,
    ...(problem !== undefined && { problem: saidOfSecret(problem, place, secret.secretId) }),
    ...(next !== undefined && { next }),
  }
}
