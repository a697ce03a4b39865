import { Link, type LinkProps } from 'react-router'
import { useAsOf, withAsOf } from './as-of.ts'

/** A link to a page that is read, at the moment which this page shows. */
export const PastLink = ({ to, ...props }: LinkProps & { to: string }) => (
  <Link to={withAsOf(to, useAsOf())} reloadDocument {...props} />
)
