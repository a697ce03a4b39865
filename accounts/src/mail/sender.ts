/** From whom a mail is: the address as it is set, by the title of the blog where no other name is set with it. */
export const senderOf = (from: string, blogTitle: string): { name: string; address: string } => {
  const [, name = '', address = from] = /^(.*?)<([^<>]+)>\s*$/.exec(from) ?? []
  return { name: name.replaceAll('"', '').trim() || blogTitle, address: address.trim() }
}
