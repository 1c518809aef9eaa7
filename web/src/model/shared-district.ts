/** The district that all trucks of these leads are in; null when they are of several, or of none. */
export function sharedDistrict(leads: readonly { readonly vehicle: { readonly district: string | null } }[]): string | null {
  const [first, ...others] = new Set(leads.map(({ vehicle }) => vehicle.district));
  return others.length === 0 ? (first ?? null) : null;
}
