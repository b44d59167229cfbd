import { type JudgedSecret, type RotationServices, rotationStatus } from '@lapse/core/rotation'
import { forPerson } from '../missing-right.ts'
import { nextCommand } from './next-command.ts'
import type { ToldSecret } from './status-lines.ts'

/** Every configured secret, judged, with what to do about it, as `lapse rotate --status --json` has it. */
export async function toldSecrets(
  services: RotationServices,
  place: Parameters<typeof nextCommand>[1],
): Promise<readonly ToldSecret[]> {
  return (await judgedSecrets(services)).map((secret) => {
    const next = nextCommand(secret, place)
    return next === undefined ? secret : { ...secret, next }
  })
}

/** Every configured secret, judged, in words for whoever has typed a command. */
export async function judgedSecrets(services: RotationServices): Promise<readonly JudgedSecret[]> {
  return (await rotationStatus(services)).map((secret) =>
    secret.problem === undefined ? secret : { ...secret, problem: forPerson(secret.problem) },
  )
}
