export {
  type LeaseName,
  type LeaseServices,
  leaseMarginMs,
  withClientLease,
  withIssuerLease,
  withLeases,
} from './leases.ts'
export type { LeaseStanding } from './line.ts'
export type { LeaseRow } from './row.ts'
export { type Turns, turns } from './turns.ts'
