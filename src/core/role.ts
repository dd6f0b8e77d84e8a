/** What the holder of a key may do. */
export const ROLES = ["ingest", "viewer", "finops", "admin"] as const;
export type Role = (typeof ROLES)[number];

/**
 * The rights of each role, not a ladder: who sends events need not read, who reads need not send. The admin key of a
 * machine does everything.
 */
const RIGHTS: Readonly<Record<Role, readonly Role[]>> = {
  ingest: ["ingest"],
  viewer: ["viewer"],
  finops: ["viewer", "finops"],
  admin: ROLES,
};

/** May a key of role `held` do what is open to role `wanted`? */
export function mayActAs(held: Role, wanted: Role): boolean {
  return RIGHTS[held].includes(wanted);
}
