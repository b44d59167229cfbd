export {
  type LeaseName,
  type LeaseRow,
  type LeaseServices,
  leaseMarginMs,
  withClientLease,
  withIssuerLease,
  withLeases,
} from './leases.ts'
