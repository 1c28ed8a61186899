// Verifies tokens by one of seven libraries. Argument: JSON with the library, the issuer, the key set, the public key and
// tokens by name. Prints the `sub` of each, or null, as JSON.
import { createServer } from 'node:http';

const { library, issuer, keys, pem, tokens } = JSON.parse(process.argv[2]);
const audience = `${issuer}/api`;
const jwksUri = `${issuer}/.well-known/jwks.json`;

/** Asks middleware of Express, as a service would have it. */
async function behindExpress(guard, subOf) {
  const { default: express } = await import('express');
  const app = express();
  app.get('/', guard, (request, response) => response.json(subOf(request)));
  app.use((error, _request, response, _next) => response.status(error.status ?? 500).json(null));
  const server = createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return async (token) => {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, {
      headers: { Authorization: `Bearer ${token}`, Connection: 'close' },
    });
    if (answer.status !== 200) throw new Error(String(answer.status));
    return answer.json();
  };
}

async function bearer(strict) {
  const { auth } = await import('express-oauth2-jwt-bearer');
  const guard = auth({ issuer, jwksUri, audience, tokenSigningAlg: 'ES256', strict });
  return behindExpress(guard, (request) => request.auth.payload.sub);
}

const LIBRARIES = {
  async jose() {
    const { createRemoteJWKSet, jwtVerify } = await import('jose');
    const set = createRemoteJWKSet(new URL(jwksUri));
    return async (token) =>
      (await jwtVerify(token, set, { algorithms: ['ES256'], typ: 'at+jwt', issuer, audience })).payload.sub;
  },
  async jsonwebtoken() {
    const { default: jwt } = await import('jsonwebtoken');
    const { default: jwksRsa } = await import('jwks-rsa');
    const client = jwksRsa({ jwksUri });
    return async (token) => {
      const { header } = jwt.decode(token, { complete: true });
      const key = (await client.getSigningKey(header.kid)).getPublicKey();
      return jwt.verify(token, key, { algorithms: ['ES256'], issuer, audience }).sub;
    };
  },
  async 'fast-jwt'() {
    const { createVerifier } = await import('fast-jwt');
    const verify = createVerifier({
      key: pem,
      algorithms: ['ES256'],
      checkTyp: 'at+jwt',
      allowedIss: issuer,
      allowedAud: audience,
    });
    return async (token) => verify(token).sub;
  },
  async 'express-jwt'() {
    const { expressjwt } = await import('express-jwt');
    const { default: jwksRsa } = await import('jwks-rsa');
    const secret = jwksRsa.expressJwtSecret({ jwksUri, cache: true });
    return behindExpress(expressjwt({ secret, algorithms: ['ES256'], issuer, audience }), (request) => request.auth.sub);
  },
  'express-oauth2-jwt-bearer': () => bearer(false),
  'express-oauth2-jwt-bearer strict': () => bearer(true),
  async 'aws-jwt-verify'() {
    const { JwtVerifier } = await import('aws-jwt-verify');
    const verifier = JwtVerifier.create({ issuer, audience, jwksUri: jwksUri.replace('http:', 'https:') });
    verifier.cacheJwks(keys);
    return async (token) => verifier.verifySync(token).sub;
  },
  async oauth4webapi() {
    const oauth = await import('oauth4webapi');
    const server = { issuer, jwks_uri: jwksUri };
    return async (token) => {
      const request = new Request(`${issuer}/`, { headers: { Authorization: `Bearer ${token}` } });
      const options = { [oauth.allowInsecureRequests]: true, signingAlgorithms: ['ES256'] };
      return (await oauth.validateJwtAccessToken(server, request, audience, options)).sub;
    };
  },
};

const verify = await LIBRARIES[library]();
const answers = {};
for (const [name, token] of Object.entries(tokens)) {
  try {
    answers[name] = await verify(token);
  } catch (error) {
    if (process.env.DEBUG) console.error(name, error);
    answers[name] = null;
  }
}
console.log(JSON.stringify(answers));
process.exit(0);
