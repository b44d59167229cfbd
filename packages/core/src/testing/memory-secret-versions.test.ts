import { expect, test } from 'vitest'
import { manualClock } from './manual-clock.ts'
import { memorySecretVersions } from './memory-secret-versions.ts'

function prepared() {
  const secrets = memorySecretVersions(manualClock('2026-01-02T03:04:05Z'))
  return { secrets, arn: secrets.create('app', 'one') }
}

const nameOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.name,
  )

test('stages an empty version for a rotation, and one at a time', async () => {
  const { secrets, arn } = prepared()
  const versionId = await secrets.rotate('app')

  expect((await secrets.describe(arn))?.versions[versionId]).toEqual(['AWSPENDING'])
  expect(await secrets.value(arn, { versionId })).toBeUndefined()
  expect(await nameOf(secrets.rotate(arn))).toBe('InvalidRequestException')
})

test('keeps the first value of a version', async () => {
  const { secrets, arn } = prepared()
  const versionId = await secrets.rotate(arn)
  await secrets.put(arn, versionId, 'two', 'AWSPENDING')
  await secrets.put(arn, versionId, 'two', 'AWSPENDING')

  expect(await nameOf(secrets.put(arn, versionId, 'three', 'AWSPENDING'))).toBe(
    'ResourceExistsException',
  )
  expect(await secrets.value(arn, { stage: 'AWSPENDING' })).toBe('two')
})

test('moves a stage only from the version that has it', async () => {
  const { secrets, arn } = prepared()
  const to = await secrets.rotate(arn)
  await secrets.put(arn, to, 'two', 'AWSPENDING')
  const [from = ''] = Object.keys((await secrets.describe(arn))?.versions ?? {})

  expect(await nameOf(secrets.moveStage(arn, 'AWSCURRENT', { to, from: 'other' }))).toBe(
    'InvalidParameterException',
  )
  await secrets.moveStage(arn, 'AWSCURRENT', { to, from })
  expect(await secrets.value(arn, { stage: 'AWSPREVIOUS' })).toBe('one')
  expect(await secrets.rotate(arn)).not.toBe(to)
})

test.each(['no such', 'arn:aws:s3:::bucket', 'ünknown', ''])(
  'refuses %j, which no secret can be called',
  async (id) => {
    const { secrets } = prepared()

    for (const call of ['describe', 'cancelRotation', 'delete'] as const)
      await expect(secrets[call](id, 30)).rejects.toMatchObject({ reason: 'malformed-secret-id' })
    expect(await secrets.describe('no/such')).toBeUndefined()
  },
)
