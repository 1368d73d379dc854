import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './csp';
import { crossSite } from './same-site';

describe('the content security policy', () => {
  const policy = contentSecurityPolicy('abc', false);

  it('runs only scripts with the nonce and reaches only this origin', () => {
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/https?:/);
  });

  it('allows inline style attributes and nothing else inline', () => {
    expect(policy.match(/unsafe-inline/g)).toHaveLength(1);
    expect(policy).toContain("style-src-attr 'unsafe-inline'");
  });
});

describe('a request from a browser', () => {
  it('may read from anywhere', () => {
    expect(crossSite('GET', new Headers({ 'sec-fetch-site': 'cross-site' }))).toBeNull();
  });

  it('may write from the dashboard itself', () => {
    const headers = {
      'sec-fetch-site': 'same-origin',
      origin: 'http://leeway.test:3000',
      host: 'leeway.test:3000',
    };
    expect(crossSite('POST', new Headers(headers))).toBeNull();
  });

  it('may not write from another site', () => {
    expect(crossSite('POST', new Headers({ 'sec-fetch-site': 'cross-site' }))).toContain('another site');
    expect(crossSite('PUT', new Headers({ origin: 'http://evil.test', host: 'leeway.test' }))).toContain(
      'evil.test',
    );
    expect(crossSite('DELETE', new Headers({ origin: 'null', host: 'leeway.test' }))).toContain(
      'not an address',
    );
  });
});
