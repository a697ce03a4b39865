/** Who a guest says to be. The e-mail is for the people who run the blog. */
export interface Guest {
  name: string
  email: string
}
