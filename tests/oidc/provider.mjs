// Pro Santé Connect as our tests meet it: oidc-provider, one client, whoever is named signs in.
// Settings come as JSON on the command line; « ready » is printed once it listens.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const given = JSON.parse(process.argv[2]);
const provider = new Provider(given.issuer, {
  clients: [{
    client_id: given.client, client_secret: given.secret, redirect_uris: [given.back],
    post_logout_redirect_uris: [given.after], grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"], token_endpoint_auth_method: "client_secret_basic",
  }],
  jwks: given.jwks,
  scopes: ["openid", "scope_all", "offline_access"],
  claims: { openid: ["sub"], scope_all: ["SubjectNameID"], acr: null },
  acrValues: ["eidas1"],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  ttl: { AccessToken: 120, IdToken: 120, RefreshToken: 1800, Session: 1800, Grant: 1800, Interaction: 600, AuthorizationCode: 60 },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["only for tests"] },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: async (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: `f:psc:${id}`.replace(/^f:psc:/, ""), SubjectNameID: id }),
  }),
});

// Who signs in is named by the test as `login_hint`; consent is given.
async function finish(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = params.login_hint || "899700000001";
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid scope_all offline_access");
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, {
    login: { accountId, acr: "eidas1" }, consent: { grantId },
  });
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  return finish(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(given.port, "127.0.0.1", () => console.log("ready"));
