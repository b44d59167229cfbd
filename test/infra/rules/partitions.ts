import { partitionOf } from '../engine/answers.ts'
import { type Rule, regionOf, types } from '../stack.ts'

/** China and the US government have partitions of their own: an ARN of another leads nowhere. */
export const arnsAreOfOnePartition: Rule = (stack) => {
  const { partition } = partitionOf(regionOf(stack))
  return stack.resources.flatMap(({ name, inputs }) =>
    [...JSON.stringify(inputs).matchAll(/\barn:([a-z-]+):[^"\\\s]*/g)]
      .filter(([, found]) => found !== partition)
      .map(([arn]) => `${name} knows ${arn}`),
  )
}

/** CloudWatch Logs and KMS name services by region, and China's names end otherwise. */
export const servicesOfARegionAreNamedAsThere: Rule = (stack) => {
  const { dnsSuffix } = partitionOf(regionOf(stack))
  return stack
    .some(types.key)
    .flatMap(({ name, inputs }) =>
      [...String(inputs['policy']).matchAll(/"([a-z]+)\.([a-z]+-[a-z-]+-\d)\.([a-z.]+)"/g)]
        .filter(([, , , suffix]) => suffix !== dnsSuffix)
        .map(([service]) => `${name} knows ${service}`),
    )
}
