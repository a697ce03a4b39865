import { data } from 'react-router'
import { Missing } from '../features/page/errors.tsx'

export const loader = () => {
  throw data(null, { status: 404 })
}

export default Missing
