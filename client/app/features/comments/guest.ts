/** The name and e-mail that a guest gives. The e-mail is for the owner of the blog. */
export interface Guest {
  name: string
  email: string
}
