import { figuresFile } from '../features/readers/figures.server.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/readers-file'

/** The figures of readers as a file for a spreadsheet. */
export const loader = ({ request, context }: Route.LoaderArgs) =>
  figuresFile({ blog: context.get(blogContext), request })
