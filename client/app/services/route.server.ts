import type { ActionFunctionArgs, LoaderFunctionArgs } from 'react-router'
import { type Blog, blogContext } from './blog.server.ts'
import { type Form, readForm } from './form.server.ts'

/** The loader of a route that needs the blog and the request alone. */
export const loaderOf =
  <Result>(load: (asked: { blog: Blog; request: Request }) => Result) =>
  ({ request, context }: LoaderFunctionArgs): Result =>
    load({ blog: context.get(blogContext), request })

/** The action of a route that runs a command with the form that was sent. */
export const actionOf =
  <Result>(run: (command: { blog: Blog; request: Request; form: Form }) => Promise<Result>) =>
  async ({ request, context }: ActionFunctionArgs): Promise<Result> =>
    run({ blog: context.get(blogContext), request, form: await readForm(request) })
