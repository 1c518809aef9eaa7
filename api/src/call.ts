/** One request to the API with the service's own token. Answers the JSON, of a file its bytes (with `range`, as `bytes=0-99`, those); throws `ApiRefusal` with the problem's words otherwise. */
export type ApiCall = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  range?: string,
) => Promise<unknown>;

/** The API said no. The message is meant for the person at the command line. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API over `request`: `fetch` of a running service, or an application's own `request`. */
export function apiCall(request: (path: string, init: RequestInit) => Response | Promise<Response>, token: string): ApiCall {
  return async (method, path, body, range) => {
    const response = await request(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(range ? { range } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.status === 206 || (response.ok && !/json/.test(response.headers.get('content-type') ?? 'json')))
      return new Uint8Array(await response.arrayBuffer());
    const text = await response.text();
    const data: unknown = text === '' ? null : JSON.parse(text);
    if (response.status >= 400) throw new ApiRefusal(response.status, sentenceOf(data, response.status));
    return data;
  };
}

/** A problem document (RFC 9457) as sentences. */
function sentenceOf(data: unknown, status: number): string {
  if (typeof data !== 'object' || data === null) return `The service answered ${status}.`;
  const [title, detail, action] = ['title', 'detail', 'action'].map((key) => {
    const value: unknown = Reflect.get(data, key);
    return typeof value === 'string' ? value : '';
  });
  return `${title}: ${detail?.replace(/[.;]?$/, '.')} ${action}`;
}
