export {
  type LeaseName,
  type LeaseRow,
  type LeaseServices,
  leaseMarginMs,
  withClientLease,
  withIssuerLease,
  withLeases,
} from './leases.ts'
export { type Turns, turns } from './turns.ts'
