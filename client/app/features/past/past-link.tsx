import { Link, type LinkProps } from 'react-router'
import { useAsOf, withAsOf } from './as-of.ts'

/** A link within the blog that stays at the moment which the page shows. */
export const PastLink = ({ to, ...props }: LinkProps & { to: string }) => (
  <Link to={withAsOf(to, useAsOf())} {...props} />
)
