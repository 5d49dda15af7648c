/** What somebody is called and reached by, of an account or of its customer at Stripe. */
export interface Contact {
  email: string | null;
  name: string | null;
}

export type ContactField = keyof Contact;
export const CONTACT_FIELDS = ['email', 'name'] as const satisfies ContactField[];

/** What both sides say now, and what they last agreed on. */
export interface ContactSides {
  agreed: Contact;
  account: Contact;
  stripe: Contact;
}

/** The fields in which the two differ. Pure. */
export function differingFields(one: Contact, other: Contact): ContactField[] {
  return CONTACT_FIELDS.filter((field) => one[field] !== other[field]);
}

/**
 * The fields that both sides have changed since they agreed, each to something else: only the times of the changes say
 * which counts. Pure.
 */
export function disputedFields({ agreed, account, stripe }: ContactSides): ContactField[] {
  return differingFields(account, stripe).filter(
    (field) => account[field] !== agreed[field] && stripe[field] !== agreed[field],
  );
}

/**
 * What both sides are to say: in each field what the side says that has changed since they agreed. `stripeIsLater`
 * names those of the disputed fields that were changed at Stripe last. Pure.
 */
export function mergeContacts(sides: ContactSides, stripeIsLater: ReadonlySet<ContactField>): Contact {
  const disputed = new Set<ContactField>(disputedFields(sides));
  const pick = (field: ContactField) => {
    const { agreed, account, stripe } = sides;
    const isOfStripe = disputed.has(field) ? stripeIsLater.has(field) : account[field] === agreed[field];
    return isOfStripe ? stripe[field] : account[field];
  };
  return { email: pick('email'), name: pick('name') };
}
