/**
 * Why a request must not be passed on with the operator's token, or null when it may. The dashboard adds the
 * token to whatever it forwards, so a page of another site must not be able to make it write.
 */
export function crossSite(method: string, headers: Headers): string | null {
  if (method === 'GET' || method === 'HEAD') return null;
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    return `A ${method} from another site (${site}) is not accepted; open the dashboard itself.`;
  const origin = headers.get('origin');
  if (origin === null) return null;
  const host = headers.get('x-forwarded-host') ?? headers.get('host');
  let originHost: string;
  try {
    originHost = new URL(origin).host;
  } catch {
    return `The origin "${origin}" is not an address.`;
  }
  return originHost === host ? null : `The origin ${originHost} is not this dashboard (${host}).`;
}
