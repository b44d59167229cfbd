export { type CanonicalLimits, type CanonicalProblem, printCanonical } from './canonical.ts'
export { faultInJson, type JsonFault } from './fault.ts'
export { losesNumbers } from './numbers.ts'
export { type JsonProblem, problemWithJson } from './problem.ts'
