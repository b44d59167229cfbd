import type { RepairPlan } from '@lapse/core/rotation'
import { durationText } from '../output/duration.ts'
import { type Block, columns } from '../output/layout.ts'
import { styled } from '../output/print.ts'

/** What a repair would do, as a person reads it before it is done. */
export function repairLines(plan: RepairPlan): readonly Block[] {
  return [
    styled('bold', plan.secretId),
    ...columns(
      [
        ['client', plan.clientId],
        ['AWSCURRENT', `${plan.brokenVersionId}, which ${stateOf(plan)}`],
        ...stepsOf(plan).map((step, index) => [index === 0 ? 'to do' : '', step]),
      ],
      { hang: 2 },
    ),
  ]
}

function stateOf({ by }: RepairPlan): string {
  return by === 'none' ? 'was repaired already' : 'Ory does not accept'
}

function stepsOf({ by, versionId, strategy, overlapMs }: RepairPlan): readonly string[] {
  const others = `whatever else the client accepts works for ${durationText(overlapMs)}, then the sweep ends it`
  if (by === 'none') return ['write down that it is done']
  if (by === 'previous') return [`AWSCURRENT goes back to ${versionId}, which Ory accepts`, others]
  if (strategy === 'native')
    return ['Ory gives the client a new secret beside what it has', 'AWSCURRENT goes to it', others]
  if (strategy === 'key-pair')
    return [
      "a new key is added to the client's",
      'AWSCURRENT goes to it',
      'keys that are not of lapse stay',
    ]
  return [
    'the client gets a new secret, and what it had ends at once',
    'AWSCURRENT goes to it; consumers fail until they read it',
  ]
}
